// out = (the sum or the mean of args.packs losses, how many took part, how many targets were out of range), in a fixed order
// requires: kernel/row/fold
@group(0) @binding(10) var<storage, read> states: array<vec4<f32>>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let r = share(0u, lane);
    var total = vec4<f32>(0.0);
    for (var k = 0u; k < args.rounds; k += 1u) {
        let i = k * THREADS + lane;
        if i < args.packs {
            total = total_add(total, vec2<f32>(bitcast<f32>(read_a(i)), 0.0));
        }
    }
    let sum = join_sums(r, Terms(total_sum(total), 0.0));
    if r.thread == 0u {
        let s = states[0];
        // The mean of none is NaN, which no literal may be.
        let none = bitcast<f32>(0x7fc00000u | (args.packs & 0u));
        let mean = select(sum.x / s.y, none, s.y < 0.5);
        write_out(0u, bitcast<u32>(select(sum.x, mean, MEAN)));
        write_out(1u, bitcast<u32>(s.y));
        write_out(2u, bitcast<u32>(s.z));
    }
}
