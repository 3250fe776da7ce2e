// Where the rows of `kernel/row_wide` go.
fn store(r: Share, q: u32, p: Pack) {
    write_out(r.base + q, p);
}

fn store_whole(r: Share, q: u32, p: Pack) {
    store(r, q, p);
}
