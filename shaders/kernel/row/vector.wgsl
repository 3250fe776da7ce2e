// Rows whose length four divides, one element after the other: a pack is a vector.
// requires: kernel/row/fold
const EDGE = 0u;

// Elements of other rows in a row's first pack.
fn head(r: Share) -> u32 {
    return 0u;
}

fn load(r: Share, q: u32) -> Pack {
    return read_a(r.base + q);
}

fn load_whole(r: Share, q: u32) -> Pack {
    return load(r, q);
}

// Nothing is kept from one pack to the next.
fn held(r: Share, q: u32) -> Both {
    return Both(Pack(0u), Pack(0u));
}

fn own(r: Share, q: u32, last: ptr<function, Both>, whole: bool) -> Both {
    if whole {
        return Both(load_whole(r, q), second_whole(r, q));
    }
    return Both(load(r, q), second(r, q));
}

fn store(r: Share, q: u32, p: Pack) {
    write_out(r.base + q, p);
}

fn store_whole(r: Share, q: u32, p: Pack) {
    store(r, q, p);
}
