// out[i] = each(i, a[i], b[i], c[i]) for the halves a and b of a tensor
// requires: kernel/halves
fn work(i: u32) {
    let k = place(i);
    write_out(i, each(i, read_a(k), read_b(k), read_c(i)));
}
