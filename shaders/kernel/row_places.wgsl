// The first place in a row where its largest key stands, as its complement: the largest again.
// requires: kernel/row_fold, row/place

fn fold_places(r: Share, start: u32, s: vec4<f32>) -> u32 {
    var key = 0u;
    for (var k = 0u; k < args.rounds; k += 1u) {
        let q = start + k * args.threads + r.thread;
        if r.live && q < args.packs {
            key = max(key, item_places(load(r, q), second(r, q), q * LANES - head(r), r.row, s));
        }
    }
    return key;
}
