// out[i] = each(i, out[i])
fn work(i: u32) {
    write_out(i, each(i, read_out(i)));
}
