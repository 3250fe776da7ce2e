// (out, out2)[i] = each(i, a[i], b[i])
fn work(i: u32) {
    let d = each(i, read_a(i), read_b(i));
    write_out(i, d.first);
    write_out2(i, d.second);
}
