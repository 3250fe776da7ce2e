// Sums of rows that begin with their first pack.
// requires: kernel/row_terms

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
