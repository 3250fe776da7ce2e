// Rows that are attention's scores: of each matrix of queries and keys a row for each query, of each batch a matrix for each of
// HEADS heads. What is added to them is a mask, a slope times the distance from the query's own place, and -inf where a key is
// not seen.
// requires: kernel/row/args

fn queries() -> u32 {
    let n = u32(param(6u, 0u));
    return select(n, args.length, n == 0u);
}

fn head_of(row: u32) -> u32 {
    return (row / queries()) % HEADS;
}

// What a query sees: (its own place, the first key, how many). Numbers above 1e9 stand for infinity.
fn seen_of(row: u32) -> vec3<i32> {
    let query = i32(row % queries());
    let offset = param(4u, 0u);
    let last = query + i32(clamp(offset, -1e9, 1e9));
    let place = select(query + i32(args.length) - i32(queries()), last, offset < 1e9);
    let window = i32(min(param(5u, 0u), 1e9));
    let first = max(place - window + 1, 0);
    let end = min(min(last, place + window - 1), i32(args.length) - 1) + 1;
    return vec3<i32>(place, first, max(end - first, 0));
}

// What is added to the four elements of pack q, which begins with element `at` of its row.
fn added(r: Share, q: u32, at: u32) -> Pack {
    let i = Pack(at) + Pack(0u, 1u, 2u, 3u);
    // Before the first, differences wrap around.
    let seen = i - Pack(u32(r.seen.y)) < Pack(u32(r.seen.z));
    // Places are less than 2^24, so that floats count them.
    let away = slope_of(r.row) * abs(Lanes(f32(i32(at) - r.seen.x)) + Lanes(0.0, 1.0, 2.0, 3.0));
    // -inf, which no literal may be
    return select(Pack(0xff800000u), pack(unpack(mask_pack(r, q, at)) - away), seen);
}
