// (out, out2)[i] = each(i, out[i], out2[i], c[i])
fn work(i: u32) {
    let d = each(i, read_out(i), read_out2(i), read_c(i));
    write_out(i, d.first);
    write_out2(i, d.second);
}
