// Rows of any length and stride: a pack is gathered. The last pack of a row repeats the last element.
// requires: kernel/row/start
// Where an element of a row lies that begins at `base`.
fn position(base: u32, at: u32) -> u32 {
    return base + min(at, args.length - 1u) * args.inner;
}

fn load(r: Share, q: u32) -> Pack {
    let at = q * LANES;
    let p = r.base;
    return Pack(read_a(position(p, at)), read_a(position(p, at + 1u)), read_a(position(p, at + 2u)), read_a(position(p, at + 3u)));
}

fn load_whole(r: Share, q: u32) -> Pack {
    let p = r.base + q * LANES * args.inner;
    let n = args.inner;
    return Pack(read_a(p), read_a(p + n), read_a(p + 2u * n), read_a(p + 3u * n));
}

fn store(r: Share, q: u32, p: Pack) {
    let at = q * LANES;
    let i = r.base + at * args.inner;
    let left = args.length - at;
    write_out(i, p.x);
    if left > 1u {
        write_out(i + args.inner, p.y);
    }
    if left > 2u {
        write_out(i + 2u * args.inner, p.z);
    }
    if left > 3u {
        write_out(i + 3u * args.inner, p.w);
    }
}

fn store_whole(r: Share, q: u32, p: Pack) {
    let i = r.base + q * LANES * args.inner;
    write_out(i, p.x);
    write_out(i + args.inner, p.y);
    write_out(i + 2u * args.inner, p.z);
    write_out(i + 3u * args.inner, p.w);
}
