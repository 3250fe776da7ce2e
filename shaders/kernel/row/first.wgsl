// out = values made of a row's largest key and of the first place where it stands. Every thread remembers in which rounds its key
// rose last: the place can only be there.
// requires: kernel/row/fold
@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let r = share(group.y * args.width + group.x, lane);
    let whole = rounds_whole(r, 0u, args.length + head(r));
    var key = 0u;
    var start = 0u;
    var k = EDGE;
    for (; k + 4u <= whole; k += 4u) {
        let next = four_keys(r, k * args.threads + r.thread);
        start = select(start, k, next > key);
        key = max(key, next);
    }
    for (; k < args.rounds + EDGE; k += 1u) {
        let round = round_of(k);
        let q = round * args.threads + r.thread;
        if r.live && q < args.packs {
            let next = pack_keys(r, q);
            // What comes last may stand first.
            start = select(start, round, next > key || (round < EDGE && next == key));
            key = max(key, next);
        }
    }
    let s = from_key(r.row, join_keys(r, key));
    let place = fold_places(r, 0u, start, min(start + 4u, args.rounds), s);
    join_again();
    write_values(r, 0u, from_place(s, join_keys(r, place)));
}
