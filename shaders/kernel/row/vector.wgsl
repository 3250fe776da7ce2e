// Rows whose length four divides, one element after the other: a pack is a vector.
// requires: kernel/row/start
fn load(r: Share, q: u32) -> Pack {
    return read_a(r.base + q);
}

fn load_whole(r: Share, q: u32) -> Pack {
    return load(r, q);
}

fn store(r: Share, q: u32, p: Pack) {
    write_out(r.base + q, p);
}

fn store_whole(r: Share, q: u32, p: Pack) {
    store(r, q, p);
}
