// Rows of logits of experts, of which a thread has number k * args.threads + thread, for all k below args.rounds.
// requires: kernel/row/fold, row/item

fn expert(r: Share, k: u32) -> u32 {
    return k * args.threads + r.thread;
}

fn logit(r: Share, at: u32) -> f32 {
    return bitcast<f32>(read_a(r.base + min(at, args.length - 1u) * args.inner));
}

// (the largest logit, the sum of exp(x - m)) of a row, where scores ask for them.
fn normalizer(r: Share) -> vec2<f32> {
    if !SHARED {
        return vec2<f32>(0.0);
    }
    var key = 0u;
    for (var k = 0u; k < args.rounds; k += 1u) {
        if r.live && expert(r, k) < args.length {
            key = max(key, ordered(logit(r, expert(r, k))));
        }
    }
    let m = unordered(join_keys(r, key));
    var sum = 0.0;
    for (var k = 0u; k < args.rounds; k += 1u) {
        if r.live && expert(r, k) < args.length {
            sum += exp_stable(logit(r, expert(r, k)) - m);
        }
    }
    let total = join_sums(r, Terms(sum, 0.0, 0.0));
    join_again();
    return vec2<f32>(m, total.x);
}

// The choice of an expert: never 0, which stands for none.
fn choice(r: Share, z: vec2<f32>, at: u32) -> u32 {
    return max(ordered(score(logit(r, at), z.x, z.y) + bias_of(at)), 1u);
}

// Writes the weights of the chosen, by what adds up to them.
fn write_chosen(r: Share, z: vec2<f32>, chosen: array<u32, TOP>) {
    var all = chosen;
    var scores: array<f32, TOP>;
    var total = 0.0;
    for (var j = 0u; j < TOP; j += 1u) {
        scores[j] = score(logit(r, all[j]), z.x, z.y);
        total += scores[j];
    }
    let factor = param(0u, 0u) * select(1.0, inverse(total + 1e-20), NORMALIZED);
    for (var j = 0u; j < TOP; j += 1u) {
        write_out(r.index * TOP + j, bitcast<u32>(scores[j] * factor));
        write_out2(r.index * TOP + j, all[j]);
    }
}
