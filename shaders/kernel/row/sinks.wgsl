// out[head] = the gradient along a head's sink: the sum of -(1 - sum of y) (sum of y dy) over its rows, in a fixed order. States
// of rows hold these sums; args.packs counts them, args.rows the heads.
// requires: kernel/row/fold, kernel/row/scores
@group(0) @binding(2) var<storage, read> a: array<vec4<f32>>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let r = share(group.y * args.width + group.x, lane);
    let each = queries();
    var total = vec4<f32>(0.0);
    for (var k = 0u; k < args.rounds; k += 1u) {
        let n = k * THREADS + lane;
        let row = ((n / each) * HEADS + r.index) * each + n % each;
        if r.live && row < args.packs {
            let s = a[row];
            total = total_add(total, vec2<f32>((s.z - 1.0) * s.y, 0.0));
        }
    }
    let sum = join_sums(r, Terms(total_sum(total), 0.0));
    if r.live && r.thread == 0u {
        write_out(r.index, bitcast<u32>(sum.x));
    }
}
