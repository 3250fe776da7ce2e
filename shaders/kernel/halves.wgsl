// What a dispatch works on where a tensor holds two halves in blocks that take turns. Numbers before `start` count packs.
// requires: kernel/index
struct Args {
    offset: Offsets,
    count: u32,   // packs of a half to process
    width: u32,   // workgroups in a row of the two-dimensional dispatch
    block: u32,   // a block of one half
    second: u32,  // from the first half of the output to the second
    parts: u32,   // which halves of the output to write: 1, 2 or both
    start: u32,   // the first element within its span of channels * inner elements of a half
    channels: u32,
    inner: u32,   // elements between neighbouring channels
    scales: u32,  // where the scales of a quantized tensor begin
    terms: u32,
    blocks: u32,  // the window's first row, where rows are counted
    rounds: u32,  // rows of an expert
    threads: u32, // where the counts begin
}
@group(0) @binding(0) var<uniform> args: Args;

// Where pack i of a half lies from the half's first on.
fn place(i: u32) -> u32 {
    return i + i / args.block * args.block;
}
