// What a thread folds of its share, from pack `start` of the row on. `item_keys` and `item_terms` come with the function,
// `load` with the storage, `second` reads the second tensor. Where packs are whole and there are four of them, functions
// named after that skip the questions, and a loop's own cost is shared.
// requires: kernel/row_args, math/total, row/item

// A thread's rounds with whole packs.
fn rounds_whole(r: Share, start: u32) -> u32 {
    let whole = args.length / LANES;
    return select(0u, min((whole - min(start, whole)) / args.threads, args.rounds), r.live);
}

fn fold_keys(r: Share, start: u32) -> u32 {
    let whole = rounds_whole(r, start);
    let next = args.threads;
    var key = 0u;
    var k = 0u;
    for (; k + 4u <= whole; k += 4u) {
        let q = start + k * next + r.thread;
        key = max(key, max(max(keys_whole(r, q), keys_whole(r, q + next)),
            max(keys_whole(r, q + 2u * next), keys_whole(r, q + 3u * next))));
    }
    for (; k < args.rounds; k += 1u) {
        let q = start + k * next + r.thread;
        if r.live && q < args.packs {
            key = max(key, item_keys(load(r, q), second(r, q), q * LANES, r.row));
        }
    }
    return key;
}

fn fold_sums(r: Share, start: u32, s: vec4<f32>) -> vec2<f32> {
    let whole = rounds_whole(r, start);
    let next = args.threads;
    var total = vec4<f32>();
    var k = 0u;
    for (; k + 4u <= whole; k += 4u) {
        let q = start + k * next + r.thread;
        total = total_add(total, (terms_whole(r, q, s) + terms_whole(r, q + next, s)).xy);
        total = total_add(total, (terms_whole(r, q + 2u * next, s) + terms_whole(r, q + 3u * next, s)).xy);
    }
    for (; k < args.rounds; k += 1u) {
        let q = start + k * next + r.thread;
        if r.live && q < args.packs {
            total = total_add(total, item_terms(load(r, q), second(r, q), q * LANES, r.row, s).xy);
        }
    }
    return total_sum(total);
}
