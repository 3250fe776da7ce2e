// Rows whose length four divides, one element after the other: a pack is a vector.
// requires: kernel/row_args
@group(0) @binding(2) var<storage, read> a: array<Pack>;

fn load(r: Share, q: u32) -> Pack {
    return a[r.base + q];
}
