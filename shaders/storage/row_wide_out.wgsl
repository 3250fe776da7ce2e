// Where the rows of `storage/row_wide` go.
@group(0) @binding(4) var<storage, read_write> out: array<Pack>;

fn store(r: Share, q: u32, p: Pack) {
    out[r.base + q] = p;
}
