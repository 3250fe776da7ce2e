// out[0] = (factor of gradients, targets that take part, targets out of range, 0) of args.packs targets. The factor is 1, or one
// by the number of those that take part. `is_ignored` and `is_class` come with the function.
// requires: kernel/row/args
@group(0) @binding(4) var<storage, read_write> out: array<vec4<f32>>;

var<workgroup> part: array<vec2<u32>, THREADS>;

@compute @workgroup_size(THREADS)
fn main(@builtin(local_invocation_index) lane: u32) {
    var count = vec2<u32>(0u);
    for (var k = 0u; k < args.rounds; k += 1u) {
        let i = k * THREADS + lane;
        if i < args.packs {
            let t = read_a(i);
            if is_class(t) {
                count.x += 1u;
            } else if !is_ignored(t) {
                count.y += 1u;
            }
        }
    }
    part[lane] = count;
    workgroupBarrier();
    if lane == 0u {
        var all = vec2<u32>(0u);
        for (var k = 0u; k < THREADS; k += 1u) {
            all += part[k];
        }
        let factor = select(1.0, 1.0 / f32(max(all.x, 1u)), MEAN);
        out[0] = vec4<f32>(factor, f32(all.x), f32(all.y), 0.0);
    }
}
