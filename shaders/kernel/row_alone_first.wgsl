// out = values made of a row's largest key and of the first place where it stands, a thread to each row. One pass finds
// the key and the packs where it rose last, among which the place is looked for.
// requires: kernel/row_fold, row/place

// The keys of a pack that may hold elements of other rows.
fn edge_keys(r: Share, q: u32) -> u32 {
    return item_keys(load(r, q), second(r, q), q * LANES - head(r), r.row);
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let r = share(group.y * args.width + group.x, lane);
    let whole = rounds_whole(r, 0u, args.length + head(r));
    var key = 0u;
    var start = 0u;
    var q = 0u;
    for (; r.live && q < EDGE; q += 1u) {
        key = edge_keys(r, q);
    }
    for (; q + 4u <= whole; q += 4u) {
        let next = max(max(keys_whole(r, q), keys_whole(r, q + 1u)), max(keys_whole(r, q + 2u), keys_whole(r, q + 3u)));
        start = select(start, q, next > key);
        key = max(key, next);
    }
    for (; r.live && q < args.packs; q += 1u) {
        let next = edge_keys(r, q);
        start = select(start, q, next > key);
        key = max(key, next);
    }
    let s = from_key(key);
    var place = 0u;
    for (var k = start; r.live && k < min(start + 4u, args.packs); k += 1u) {
        place = max(place, item_places(load(r, k), second(r, k), k * LANES - head(r), r.row, s));
    }
    write_values(r, 0u, from_place(s, place));
}
