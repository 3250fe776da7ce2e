// Where the rows of `kernel/row_wide` go.
fn store(r: Share, q: u32, p: Pack) {
    write_out(r.base + q, p);
}
