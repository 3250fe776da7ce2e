// Writes a thread's share of the values, from pack `start` of the row on; `item_values` comes with the
// function, `store` with the storage.
// requires: kernel/row_fold

fn write_values(r: Share, start: u32, s: vec4<f32>) {
    for (var k = 0u; k < args.rounds; k += 1u) {
        let q = start + k * args.threads + r.thread;
        if r.live && q < args.packs {
            store(r, q, item_values(load(r, q), second(r, q), q * LANES, r.row, s));
        }
    }
}
