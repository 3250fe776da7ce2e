// out[i] = each(i, a[i], out[i])
fn work(i: u32) {
    write_out(i, each(i, read_a(i), read_out(i)));
}
