// out[i] = each(i, a[i], b[i]) for the halves a and b of a tensor, element by element in turn
// requires: kernel/halves, storage/pairs
fn work(i: u32) {
    let v = apart(read_a(2u * i), read_a(2u * i + 1u));
    write_out(i, each(i, v.first, v.second));
}
