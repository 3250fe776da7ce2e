// (out, out2)[i] = each(i, a[i], out[i])
fn work(i: u32) {
    let d = each(i, read_a(i), read_out(i));
    write_out(i, d.first);
    write_out2(i, d.second);
}
