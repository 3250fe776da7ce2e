// A pack to an invocation, eight neighbours to a group of 32.
// requires: kernel/quantized
var<workgroup> most: array<u32, WORKGROUP>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = index(group, lane);
    if i < args.count {
        work(i);
    }
    most[lane] = magnitude(kept);
    workgroupBarrier();
    var m = 0u;
    for (var k = 0u; k < 8u; k += 1u) {
        m = max(m, most[(lane & ~7u) + k]);
    }
    if i < args.count {
        write_word(i, quantized(kept, m));
        if (lane & 7u) == 0u {
            write_out2(i / 8u, scale_bits(m));
        }
    }
}
