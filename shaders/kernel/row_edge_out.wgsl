// Where the rows of `kernel/row_edge` go: word by word, as threads of two rows may not write to one vector. `write_whole` comes
// with the storage.
// requires: kernel/row_edge
fn store(r: Share, q: u32, p: Pack) {
    let at = q * LANES - head(r);
    let i = r.base - args.first + at;
    // What lies before the row wraps around.
    if at < args.length {
        write_out(i, p.x);
    }
    if at + 1u < args.length {
        write_out(i + 1u, p.y);
    }
    if at + 2u < args.length {
        write_out(i + 2u, p.z);
    }
    if at + 3u < args.length {
        write_out(i + 3u, p.w);
    }
}

fn store_whole(r: Share, q: u32, p: Pack) {
    write_whole(r.base - args.first + q * LANES - head(r), p);
}
