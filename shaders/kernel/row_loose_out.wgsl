// Where the rows of `kernel/row_loose` go.
// requires: kernel/row_loose
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
