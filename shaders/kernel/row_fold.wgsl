// What a thread folds of its share, from pack `start` of the row on. `item_keys` and `item_terms` come with the function,
// `load` with the storage, `second` reads the second tensor.
// requires: kernel/row_args, math/total, row/item

fn fold_keys(r: Share, start: u32) -> u32 {
    var key = 0u;
    for (var k = 0u; k < args.rounds; k += 1u) {
        let q = start + k * args.threads + r.thread;
        if r.live && q < args.packs {
            key = max(key, item_keys(load(r, q), second(r, q), q * LANES, r.row));
        }
    }
    return key;
}

fn fold_sums(r: Share, start: u32, s: vec4<f32>) -> vec2<f32> {
    var total = vec4<f32>();
    for (var k = 0u; k < args.rounds; k += 1u) {
        let q = start + k * args.threads + r.thread;
        if r.live && q < args.packs {
            total = total_add(total, item_terms(load(r, q), second(r, q), q * LANES, r.row, s));
        }
    }
    return total_sum(total);
}
