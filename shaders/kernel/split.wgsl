// the halves of out at i = each(i, c[i])
// requires: kernel/halves
fn work(i: u32) {
    let k = place(i);
    let d = each(i, read_c(i));
    if (args.parts & 1u) != 0u {
        write_out(k, d.first);
    }
    if (args.parts & 2u) != 0u {
        write_out(args.second + k, d.second);
    }
}
