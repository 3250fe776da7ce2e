// Sums of rows that begin with their first pack.
// requires: kernel/row_terms

// Here nothing is kept from one pack to the next.
fn held(r: Share, q: u32) -> Both {
    return Both(Pack(0u), Pack(0u));
}

// The row's pack q.
fn own(r: Share, q: u32, last: ptr<function, Both>, whole: bool) -> Both {
    if whole {
        return Both(load_whole(r, q), second_whole(r, q));
    }
    return Both(load(r, q), second(r, q));
}
