// Kernels that only move data, four words to a thread: what the speed of others is measured against. As others do, they
// are told where tensors begin in their bindings, and how much there is.
struct Args {
    a: u32,
    b: u32,
    c: u32,
    out: u32,
    out2: u32,
    count: u32, // vectors to move
    width: u32, // workgroups in a row of the two-dimensional dispatch
    unused: u32,
}
@group(0) @binding(0) var<uniform> args: Args;
@group(0) @binding(1) var<storage, read> a: array<vec4<u32>>;
@group(0) @binding(2) var<storage, read> b: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read> c: array<vec4<u32>>;
@group(0) @binding(4) var<storage, read_write> out: array<vec4<u32>>;
@group(0) @binding(5) var<storage, read_write> out2: array<vec4<u32>>;

const WORKGROUP = 256u;

fn index(group: vec3<u32>, lane: u32) -> u32 {
    return (group.y * args.width + group.x) * WORKGROUP + lane;
}

@compute @workgroup_size(WORKGROUP)
fn one_to_one(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = index(group, lane);
    if i < args.count {
        out[args.out + i] = a[args.a + i];
    }
}

// The least that makes both be read.
@compute @workgroup_size(WORKGROUP)
fn two_to_one(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = index(group, lane);
    if i < args.count {
        out[args.out + i] = a[args.a + i] ^ b[args.b + i];
    }
}

// As much as a gate's backward pass reads and writes.
@compute @workgroup_size(WORKGROUP)
fn three_to_two(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = index(group, lane);
    if i < args.count {
        let r = c[args.c + i];
        out[args.out + i] = a[args.a + i] ^ r;
        out2[args.out2 + i] = b[args.b + i] ^ r;
    }
}
