// Rows of logits of experts, EACH of which a thread keeps in registers: number k * args.threads + thread.
// requires: kernel/row/fold, kernel/row/workgroup, row/item

fn expert(r: Share, k: u32) -> u32 {
    return k * args.threads + r.thread;
}

fn logit(r: Share, at: u32) -> f32 {
    return bitcast<f32>(read_a(r.base + min(at, args.length - 1u) * args.inner));
}

fn logits(r: Share) -> array<f32, EACH> {
    var x: array<f32, EACH>;
    for (var k = 0u; k < EACH; k += 1u) {
        if r.live && expert(r, k) < args.length {
            x[k] = logit(r, expert(r, k));
        }
    }
    return x;
}

// (the largest logit, the sum of exp(x - m)) of a row, where scores ask for them.
fn normalizer(r: Share, x: array<f32, EACH>) -> vec2<f32> {
    if !SHARED {
        return vec2<f32>(0.0);
    }
    var all = x;
    var key = 0u;
    for (var k = 0u; k < EACH; k += 1u) {
        key = max(key, select(0u, ordered(all[k]), expert(r, k) < args.length));
    }
    let most = join_keys(r, key);
    // NaN passes by itself: of either sign it is the largest.
    let m = unordered(most);
    var sum = 0.0;
    for (var k = 0u; k < EACH; k += 1u) {
        sum += select(0.0, exp_stable(all[k] - m), expert(r, k) < args.length);
    }
    let total = join_sums(r, Terms(sum, 0.0, 0.0));
    join_again();
    return vec2<f32>(m, total.x);
}
