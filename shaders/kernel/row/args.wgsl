// What a dispatch over rows works on. A tensor is [outer, length, inner]: a row has `inner` elements between neighbours, and
// goes in packs of LANES elements; positions count packs where packs are vectors, else elements. A workgroup holds
// THREADS / threads rows, each shared by `threads` of its threads.
// requires: kernel/index
struct Args {
    offset: Offsets,
    rows: u32,         // rows to do
    width: u32,        // workgroups in a row of the two-dimensional dispatch
    span: u32,         // from one outer index to the next
    inner: u32,
    length: u32,       // elements of a row
    packs: u32,        // its packs
    threads: u32,      // threads that share a row (or a chunk of it), a power of two
    rounds: u32,       // packs to a thread
    first: u32,        // where the first row begins in its window; it may wrap around
    outer: u32,        // the outer index of the first row
    repeat: u32,       // outer indices after which a mask repeats
    next_row: u32,     // lanes from one row to the next: 1, or else all threads of a row
    chunks: u32,       // chunks of a row, each with a workgroup of its own
    chunk: u32,        // the first chunk to do
    second: u32,       // the same of a mask, or of an upstream gradient of one element a row
    to: u32,           // the number of the first chunk, or round, among all: where its results go
}
@group(0) @binding(0) var<uniform> args: Args;

// A thread's share of a row.
struct Share {
    live: bool,
    slot: u32,    // where the row lies in workgroup memory
    thread: u32,
    base: u32,    // where the row begins
    mask: u32,    // where its mask does
    row: u32,     // the row's number in the tensor
    index: u32,   // its number in the window
    seen: vec3<i32>, // what a query sees of it, if it has one
}

fn share(group: u32, lane: u32) -> Share {
    let slots = THREADS / args.threads;
    let slot = (lane / args.next_row) % slots;
    let index = group * slots + slot;
    let outer = index / args.inner;
    let inner = index % args.inner;
    let base = args.first + outer * args.span + inner;
    let thread = (lane / select(1u, slots, args.next_row == 1u)) % args.threads;
    let row = args.outer * args.inner + index;
    return Share(index < args.rows, slot * args.threads, thread, base, mask_of(outer, inner), row, index, seen_of(row));
}
