// out = the gradient of each row's logits, from those of the weights of the experts that were chosen
// requires: kernel/router/experts
@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let r = share(group.y * args.width + group.x, lane);
    let z = normalizer(r);
    if !r.live {
        return;
    }
    var chosen: array<u32, TOP>;
    var slopes: array<f32, TOP>;
    var total = 0.0;
    var dot = 0.0;
    for (var j = 0u; j < TOP; j += 1u) {
        chosen[j] = read_b(r.index * TOP + j);
        slopes[j] = bitcast<f32>(read_c(r.index * TOP + j));
        let s = score(logit(r, chosen[j]), z.x, z.y);
        total += s;
        dot += s * slopes[j];
    }
    // Of a share of the whole the mean slope takes nothing; other softmaxes give something to all.
    let part = select(1.0, inverse(total + 1e-20), NORMALIZED);
    let mean = select(0.0, dot * part, NORMALIZED);
    let whole = select(param(0u, 0u) * dot, 0.0, NORMALIZED);
    for (var k = 0u; k < args.rounds; k += 1u) {
        let at = expert(r, k);
        if at < args.length {
            var slope = 0.0;
            for (var j = 0u; j < TOP; j += 1u) {
                slope = select(slope, param(0u, 0u) * part * (slopes[j] - mean), chosen[j] == at);
            }
            write_out(r.base + at * args.inner, bitcast<u32>(score_dx(logit(r, at), z.x, z.y, slope, whole)));
        }
    }
}
