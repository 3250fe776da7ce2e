// out = the weights of the TOP experts of each row whose score and bias are largest, out2 = which these are; of equals the first
// requires: kernel/router/experts

// The choice of an expert: never 0, which stands for none.
fn choice(x: f32, z: vec2<f32>, at: u32) -> u32 {
    return max(ordered(score(x, z.x, z.y) + bias_of(at)), 1u);
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let r = share(group.y * args.width + group.x, lane);
    var x = logits(r);
    let z = normalizer(r, x);
    var keys: array<u32, EACH>;
    for (var k = 0u; k < EACH; k += 1u) {
        let at = expert(r, k);
        keys[k] = select(0u, choice(x[k], z, min(at, args.length - 1u)), r.live && at < args.length);
    }

    var chosen: array<u32, TOP>;
    var scores: array<f32, TOP>;
    var total = 0.0;
    var last = 0xffffffffu;
    var place = 0u;
    for (var j = 0u; j < TOP; j += 1u) {
        // What stands behind the last one in the order of falling keys, then of places.
        var key = 0u;
        for (var k = 0u; k < EACH; k += 1u) {
            let behind = keys[k] < last || (keys[k] == last && expert(r, k) > place);
            key = max(key, select(0u, keys[k], behind));
        }
        let most = join_keys(r, key);
        join_again();
        var first = 0u;
        for (var k = 0u; k < EACH; k += 1u) {
            let at = expert(r, k);
            let behind = keys[k] < last || (keys[k] == last && at > place);
            first = max(first, select(0u, ~at, keys[k] == most && behind));
        }
        place = min(~join_keys(r, first), args.length - 1u);
        join_again();
        last = most;
        chosen[j] = place;
        var s = 0.0;
        if r.live {
            s = score(logit(r, place), z.x, z.y);
        }
        scores[j] = s;
        total += s;
    }

    let factor = param(0u, 0u) * select(1.0, inverse(total + 1e-20), NORMALIZED);
    if r.live && r.thread == 0u {
        for (var j = 0u; j < TOP; j += 1u) {
            write_out(r.index * TOP + j, bitcast<u32>(scores[j] * factor));
            write_out2(r.index * TOP + j, chosen[j]);
        }
    }
}
