// Rows one after the other, of any length: a pack is an aligned vector, and that at either end of a row may hold elements of its
// neighbours. Places count elements; the first row begins with element `args.first` of the first vector.
// requires: kernel/row_args

// Rounds of packs that may begin before their row.
const EDGE = 1u;

// Elements of other rows in the first pack.
fn head(r: Share) -> u32 {
    return r.base % LANES;
}

// An element of a mask, which may lie otherwise.
fn place(base: u32, at: u32) -> u32 {
    return base + min(at, args.length - 1u);
}

fn load(r: Share, q: u32) -> Pack {
    return read_a(r.base / LANES + q);
}

fn load_whole(r: Share, q: u32) -> Pack {
    return load(r, q);
}
