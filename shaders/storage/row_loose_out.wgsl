// Where the rows of `storage/row_loose` go.
// requires: storage/row_loose
@group(0) @binding(4) var<storage, read_write> out: array<u32>;

fn store(r: Share, q: u32, p: Pack) {
    let at = q * LANES;
    let i = r.base + at * args.inner;
    let left = args.length - at;
    out[i] = p.x;
    if left > 1u {
        out[i + args.inner] = p.y;
    }
    if left > 2u {
        out[i + 2u * args.inner] = p.z;
    }
    if left > 3u {
        out[i + 3u * args.inner] = p.w;
    }
}
