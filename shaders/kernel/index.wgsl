// Threads of a workgroup, and the number of a thread in a two-dimensional dispatch.
const WORKGROUP = 256u;

// Where a dispatch's part of each tensor begins in its binding: in packs where these are bound as vectors, else in elements.
struct Offsets {
    a: u32,
    b: u32,
    c: u32,
    out: u32,
    out2: u32,
    weights: u32,
    biases: u32,
    scales: u32,
}

fn index(group: vec3<u32>, lane: u32) -> u32 {
    return (group.y * args.width + group.x) * WORKGROUP + lane;
}
