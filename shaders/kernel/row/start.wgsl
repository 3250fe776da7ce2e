// Rows that begin with their first pack: no other row's elements lie in it, and nothing is kept from one pack to the next.
// requires: kernel/row/fold
const EDGE = 0u;

// Elements of other rows in a row's first pack.
fn head(r: Share) -> u32 {
    return 0u;
}

fn held(r: Share, q: u32) -> Both {
    return Both(Pack(0u), Pack(0u));
}

fn own(r: Share, q: u32, last: ptr<function, Both>, whole: bool) -> Both {
    if whole {
        return Both(load_whole(r, q), second_whole(r, q));
    }
    return Both(load(r, q), second(r, q));
}
