// out[row] = the next state, made of the present one and the sums of a row's chunks
// requires: kernel/row/fold
@group(0) @binding(2) var<storage, read> a: array<vec2<f32>>;
@group(0) @binding(4) var<storage, read_write> out: array<vec4<f32>>;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let r = share(group.y * args.width + group.x, lane);
    var total = vec4<f32>(0.0);
    for (var k = 0u; k < args.rounds; k += 1u) {
        let chunk = k * THREADS + lane;
        if r.live && chunk < args.chunks {
            total = total_add(total, a[r.index * args.chunks + chunk]);
        }
    }
    let sum = join_sums(r, Terms(total_sum(total), 0.0));
    if r.live && r.thread == 0u {
        out[r.index] = from_terms(r.row, out[r.index], sum, args.to);
    }
}
