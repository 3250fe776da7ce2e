// Writes a thread's share of the values, from pack `start` of the row on; `item_values` comes with the
// function, `store` with the layout.
// requires: kernel/row/fold

fn write_values(r: Share, start: u32, s: vec4<f32>) {
    let whole = rounds_whole(r, start, args.length + head(r));
    let next = args.threads;
    var k = EDGE;
    for (; k + 4u <= whole; k += 4u) {
        let q = start + k * next + r.thread;
        store_whole(r, q, values_whole(r, q, s));
        store_whole(r, q + next, values_whole(r, q + next, s));
        store_whole(r, q + 2u * next, values_whole(r, q + 2u * next, s));
        store_whole(r, q + 3u * next, values_whole(r, q + 3u * next, s));
    }
    for (; k < args.rounds + EDGE; k += 1u) {
        let q = start + round_of(k) * next + r.thread;
        if r.live && q < args.packs {
            store(r, q, item_values(load(r, q), second(r, q), q * LANES - head(r), r.row, s));
        }
    }
}
