// Sums of rows that begin with their first pack.
// requires: kernel/row_fold, math/total

// Here nothing is kept from one pack to the next.
fn held(r: Share, q: u32) -> Both {
    return Both();
}

// The row's pack q.
fn own(r: Share, q: u32, last: ptr<function, Both>, whole: bool) -> Both {
    if whole {
        return Both(load_whole(r, q), second_whole(r, q));
    }
    return Both(load(r, q), second(r, q));
}

fn own_terms(r: Share, q: u32, s: vec4<f32>, last: ptr<function, Both>, whole: bool) -> Terms {
    if whole {
        return terms_whole(r, q, s);
    }
    return item_terms(load(r, q), second(r, q), q * LANES, r.row, s);
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
