// the halves of out at i = each(i, a[i], b[i], c[i]) for the halves a and b of a tensor
// requires: kernel/halves
fn work(i: u32) {
    let k = place(i);
    let d = each(i, read_a(k), read_b(k), read_c(i));
    if (args.parts & 1u) != 0u {
        write_out(k, d.first);
    }
    if (args.parts & 2u) != 0u {
        write_out(args.second + k, d.second);
    }
}
