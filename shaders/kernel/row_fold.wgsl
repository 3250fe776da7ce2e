// What a thread folds of its share, from pack `start` of the row on. `item_keys` and `item_terms` come with the function,
// `load` and `fold_sums` with the storage, `second` reads the second tensor. Where packs are whole and there are four of them,
// functions named after that skip the questions, and a loop's own cost is shared.
// requires: kernel/row_args, row/item

// A pack of either tensor.
struct Both {
    a: Pack,
    b: Pack,
}

// A thread's rounds with whole packs, of those that hold this many elements.
fn rounds_whole(r: Share, start: u32, elements: u32) -> u32 {
    let whole = elements / LANES;
    return select(0u, min((whole - min(start, whole)) / args.threads, args.rounds), r.live);
}

// The rounds before EDGE have no whole packs, and come last.
fn round_of(k: u32) -> u32 {
    return select(k, 0u, k == args.rounds);
}

fn fold_keys(r: Share, start: u32) -> u32 {
    let whole = rounds_whole(r, start, args.length + head(r));
    let next = args.threads;
    var key = 0u;
    var k = EDGE;
    for (; k + 4u <= whole; k += 4u) {
        let q = start + k * next + r.thread;
        key = max(key, max(max(keys_whole(r, q), keys_whole(r, q + next)),
            max(keys_whole(r, q + 2u * next), keys_whole(r, q + 3u * next))));
    }
    for (; k < args.rounds + EDGE; k += 1u) {
        let q = start + round_of(k) * next + r.thread;
        if r.live && q < args.packs {
            key = max(key, item_keys(load(r, q), second(r, q), q * LANES - head(r), r.row));
        }
    }
    return key;
}
