// the halves of out at i = each(i, a[i], b[i], c[i]) for the halves a and b of a tensor, element by element in turn
// requires: kernel/halves, storage/pairs
fn work(i: u32) {
    let v = apart(read_a(2u * i), read_a(2u * i + 1u));
    let d = each(i, v.first, v.second, read_c(i));
    write_out(2u * i, vec4<u32>(d.first.x, d.second.x, d.first.y, d.second.y));
    write_out(2u * i + 1u, vec4<u32>(d.first.z, d.second.z, d.first.w, d.second.w));
}
