// Rows whose length four divides, one element after the other: a pack is a vector.
// requires: kernel/row_args, kernel/row_ends
fn load(r: Share, q: u32) -> Pack {
    return read_a(r.base + q);
}

fn load_whole(r: Share, q: u32) -> Pack {
    return load(r, q);
}
