// What a thread takes from its share of a row, from pack `start` of the row on: keys, sums, places. `item_keys` and `item_terms`
// come with the function, `load` and `own` with the layout, `second` reads the second tensor. Where packs are whole and there are
// four of them, functions named after that skip the questions, and a loop's own cost is shared.
// requires: kernel/row/args, math/total, row/item, row/place

// A pack of either tensor.
struct Both {
    a: Pack,
    b: Pack,
}

// What sums add up; the third column is not compensated.
alias Terms = vec3<f32>;

// A thread's rounds with whole packs, of those that hold this many elements.
fn rounds_whole(r: Share, start: u32, elements: u32) -> u32 {
    let whole = elements / LANES;
    return select(0u, min((whole - min(start, whole)) / args.threads, args.rounds), r.live);
}

// The rounds before EDGE have no whole packs, and come last.
fn round_of(k: u32) -> u32 {
    return select(k, 0u, k == args.rounds);
}

// The largest key of a pack that may hold elements of other rows.
fn pack_keys(r: Share, q: u32) -> u32 {
    return item_keys(load(r, q), second(r, q), q * LANES - head(r), r.row);
}

// The largest key of four whole packs, of which the first is number `q`.
fn four_keys(r: Share, q: u32) -> u32 {
    let next = args.threads;
    return max(max(keys_whole(r, q), keys_whole(r, q + next)),
        max(keys_whole(r, q + 2u * next), keys_whole(r, q + 3u * next)));
}

fn fold_keys(r: Share, start: u32) -> u32 {
    let whole = rounds_whole(r, start, args.length + head(r));
    var key = 0u;
    var k = EDGE;
    for (; k + 4u <= whole; k += 4u) {
        key = max(key, four_keys(r, start + k * args.threads + r.thread));
    }
    for (; k < args.rounds + EDGE; k += 1u) {
        let q = start + round_of(k) * args.threads + r.thread;
        if r.live && q < args.packs {
            key = max(key, pack_keys(r, q));
        }
    }
    return key;
}

// The first place where the row's largest key stands, as its complement, in the rounds from one on and before another.
fn fold_places(r: Share, start: u32, first: u32, end: u32, s: vec4<f32>) -> u32 {
    var key = 0u;
    for (var k = first; k < end; k += 1u) {
        let q = start + k * args.threads + r.thread;
        if r.live && q < args.packs {
            key = max(key, item_places(load(r, q), second(r, q), q * LANES - head(r), r.row, s));
        }
    }
    return key;
}

// The terms of the row's own pack q, four elements counted from the row's first; and of a whole one, without a question whether
// they are the row's.
fn own_terms(r: Share, q: u32, s: vec4<f32>, last: ptr<function, Both>, whole: bool) -> Terms {
    let p = own(r, q, last, whole);
    if whole {
        return whole_terms(p.a, p.b, q * LANES, r.row, s);
    }
    return item_terms(p.a, p.b, q * LANES, r.row, s);
}

fn fold_sums(r: Share, start: u32, s: vec4<f32>) -> Terms {
    let whole = rounds_whole(r, start, args.length);
    let next = args.threads;
    var total = vec4<f32>(0.0);
    var third = 0.0;
    var last = held(r, start + r.thread);
    var k = 0u;
    for (; k + 4u <= whole; k += 4u) {
        let q = start + k * next + r.thread;
        var a = own_terms(r, q, s, &last, true);
        a += own_terms(r, q + next, s, &last, true);
        total = total_add(total, a.xy);
        var b = own_terms(r, q + 2u * next, s, &last, true);
        b += own_terms(r, q + 3u * next, s, &last, true);
        total = total_add(total, b.xy);
        third += a.z + b.z;
    }
    for (; k < args.rounds; k += 1u) {
        let q = start + k * next + r.thread;
        if r.live && q * LANES < args.length {
            let a = own_terms(r, q, s, &last, false);
            total = total_add(total, a.xy);
            third += a.z;
        }
    }
    return Terms(total_sum(total), third);
}
