// Rows of any length and stride: a pack is gathered. The last pack of a row repeats the last element.
// requires: kernel/row_args, kernel/row_ends
fn place(base: u32, at: u32) -> u32 {
    return base + min(at, args.length - 1u) * args.inner;
}

fn load(r: Share, q: u32) -> Pack {
    let at = q * LANES;
    let p = r.base;
    return Pack(read_a(place(p, at)), read_a(place(p, at + 1u)), read_a(place(p, at + 2u)), read_a(place(p, at + 3u)));
}

fn load_whole(r: Share, q: u32) -> Pack {
    let p = r.base + q * LANES * args.inner;
    let n = args.inner;
    return Pack(read_a(p), read_a(p + n), read_a(p + 2u * n), read_a(p + 3u * n));
}
