// out[i] = one of the two of each(i, a[i], b[i], c[i]), for devices with four storage buffers
fn work(i: u32) {
    let d = each(i, read_a(i), read_b(i), read_c(i));
    write_out(i, select(d.first, d.second, args.to == 1u));
}
