// Rows of any length and stride: a pack is gathered. The last pack of a row repeats the last element.
// requires: kernel/row_args
@group(0) @binding(2) var<storage, read> a: array<u32>;

fn place(base: u32, at: u32) -> u32 {
    return base + min(at, args.length - 1u) * args.inner;
}

fn load(r: Share, q: u32) -> Pack {
    let at = q * LANES;
    let p = r.base;
    return Pack(a[place(p, at)], a[place(p, at + 1u)], a[place(p, at + 2u)], a[place(p, at + 3u)]);
}
