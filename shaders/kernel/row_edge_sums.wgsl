// Sums of the rows of `kernel/row_edge`. Rounding depends on what is added to what, and must not on where a tensor lies: so a pack
// here is four elements counted from the row's first, of two vectors.
// requires: kernel/row_edge, kernel/row_fold, math/total

// The first of two vectors, of either tensor.
fn held(r: Share, q: u32) -> Both {
    return Both(load(r, q), second_vector(r, q));
}

// Four elements of two vectors, from number `by` on.
fn shifted(a: Pack, b: Pack, by: u32) -> Pack {
    let two = by >= 2u;
    let x = select(a, Pack(a.zw, b.xy), vec4<bool>(two));
    return select(x, Pack(x.yzw, select(b.x, b.z, two)), vec4<bool>((by & 1u) != 0u));
}

// Pack q of either tensor. A thread that is alone with its row has read the first vector for the pack before.
fn own(r: Share, q: u32, last: ptr<function, Both>, whole: bool) -> Both {
    if !ALONE {
        *last = held(r, q);
    }
    let next = held(r, q + 1u);
    let p = Both(shifted((*last).a, next.a, head(r)), second_own(r, q, (*last).b, next.b));
    *last = next;
    return p;
}

// Its terms, and of whole ones without a question whether they are the row's.
fn own_terms(r: Share, q: u32, s: vec4<f32>, last: ptr<function, Both>, whole: bool) -> Terms {
    let p = own(r, q, last, whole);
    if whole {
        return whole_terms(p.a, p.b, q * LANES, r.row, s);
    }
    return item_terms(p.a, p.b, q * LANES, r.row, s);
}

fn fold_sums(r: Share, start: u32, s: vec4<f32>) -> vec2<f32> {
    let whole = select(0u, min(args.length / LANES / args.threads, args.rounds), r.live);
    let next = args.threads;
    var total = vec4<f32>();
    var last = held(r, r.thread);
    var k = 0u;
    for (; k + 4u <= whole; k += 4u) {
        let q = k * next + r.thread;
        let first = own_terms(r, q, s, &last, true);
        total = total_add(total, (first + own_terms(r, q + next, s, &last, true)).xy);
        let third = own_terms(r, q + 2u * next, s, &last, true);
        total = total_add(total, (third + own_terms(r, q + 3u * next, s, &last, true)).xy);
    }
    for (; k < args.rounds; k += 1u) {
        let q = k * next + r.thread;
        if r.live && q * LANES < args.length {
            total = total_add(total, own_terms(r, q, s, &last, false).xy);
        }
    }
    return total_sum(total);
}
