// What a dispatch works on. The host splits a tensor into windows that a binding can hold; a kernel sees one of them.
// requires: kernel/index
struct Args {
    offset: Offsets,
    count: u32,    // packs to process (sums: groups to run)
    width: u32,    // workgroups in a row of the two-dimensional dispatch
    start: u32,    // the window's first element within its span of channels * inner elements
    channels: u32,
    inner: u32,    // elements between neighbouring channels
    len: u32,      // sums: terms of the window
    channel: u32,  // sums: the first channel with terms in the window
    live: u32,     // sums: how many channels may have terms in it
    term: u32,     // sums: the first term of a channel that may lie in the window
    terms: u32,    // sums: how many may, from that one on
    blocks: u32,   // sums: workgroups that share a channel
    rounds: u32,   // sums: terms per thread
    threads: u32,  // sums: threads that share a channel, a power of two
    to: u32,       // sums: where the results start; gradients of two inputs: 1 for the second
}
@group(0) @binding(0) var<uniform> args: Args;
