// Sums over a row's own packs, four elements each from its first on; `held` and `own` come with the storage.
// requires: kernel/row_fold, math/total

// The terms of a pack, and of a whole one without a question whether they are the row's.
fn own_terms(r: Share, q: u32, s: vec4<f32>, last: ptr<function, Both>, whole: bool) -> Terms {
    let p = own(r, q, last, whole);
    if whole {
        return whole_terms(p.a, p.b, q * LANES, r.row, s);
    }
    return item_terms(p.a, p.b, q * LANES, r.row, s);
}

fn fold_sums(r: Share, start: u32, s: vec4<f32>) -> vec2<f32> {
    let whole = rounds_whole(r, start, args.length);
    let next = args.threads;
    var total = vec4<f32>(0.0);
    var last = held(r, start + r.thread);
    var k = 0u;
    for (; k + 4u <= whole; k += 4u) {
        let q = start + k * next + r.thread;
        let first = own_terms(r, q, s, &last, true);
        total = total_add(total, (first + own_terms(r, q + next, s, &last, true)).xy);
        let third = own_terms(r, q + 2u * next, s, &last, true);
        total = total_add(total, (third + own_terms(r, q + 3u * next, s, &last, true)).xy);
    }
    for (; k < args.rounds; k += 1u) {
        let q = start + k * next + r.thread;
        if r.live && q * LANES < args.length {
            total = total_add(total, own_terms(r, q, s, &last, false).xy);
        }
    }
    return total_sum(total);
}
