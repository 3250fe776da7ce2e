// Sums of the rows of `kernel/row_edge`. Rounding depends on what is added to what, and must not on where a tensor lies: so a pack
// here is four elements counted from the row's first, of two vectors.
// requires: kernel/row_edge, kernel/row_terms

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
