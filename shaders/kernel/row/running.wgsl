// out = values made of a row's largest key and of a sum that depends on it, where a thread has a row to itself: keys and terms come
// from one look at the row. The terms are in the state of the largest key so far, or of one so near that it is as good; only a key
// far above it takes its place, and what has been added up by then weighs next to nothing.
// requires: kernel/row/fold

struct Running {
    key: u32,    // the largest so far
    base: u32,   // that of the terms' state
    total: vec4<f32>,
}

// Takes in a key, before terms are added that go with it.
fn running_key(r: Running, row: u32, key: u32) -> Running {
    let factor = rescale(from_key(row, r.base), from_key(row, key));
    let far = factor < 0.01;
    return Running(max(r.key, key), select(r.base, key, far), r.total * select(1.0, factor, far));
}

// The row's own pack q, which is whole.
fn own_whole(r: Share, q: u32, last: ptr<function, Both>) -> Both {
    return own(r, q, last, true);
}

fn both_keys(r: Share, p: Both, q: u32) -> u32 {
    return whole_keys(p.a, p.b, q * LANES, r.row);
}

fn both_terms(r: Share, p: Both, q: u32, s: vec4<f32>) -> vec2<f32> {
    return whole_terms(p.a, p.b, q * LANES, r.row, s).xy;
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let r = share(group.y * args.width + group.x, lane);
    let whole = rounds_whole(r, 0u, args.length);
    // The least finite number's.
    var run = Running(0u, 1u, vec4<f32>(0.0));
    var last = held(r, 0u);
    var q = 0u;
    for (; q + 4u <= whole; q += 4u) {
        let a = own_whole(r, q, &last);
        let b = own_whole(r, q + 1u, &last);
        let c = own_whole(r, q + 2u, &last);
        let d = own_whole(r, q + 3u, &last);
        run = running_key(run, r.row, max(max(both_keys(r, a, q), both_keys(r, b, q + 1u)),
            max(both_keys(r, c, q + 2u), both_keys(r, d, q + 3u))));
        let s = from_key(r.row, run.base);
        run.total = total_add(run.total, both_terms(r, a, q, s) + both_terms(r, b, q + 1u, s));
        run.total = total_add(run.total, both_terms(r, c, q + 2u, s) + both_terms(r, d, q + 3u, s));
    }
    for (; r.live && q * LANES < args.length; q += 1u) {
        let p = own(r, q, &last, false);
        run = running_key(run, r.row, item_keys(p.a, p.b, q * LANES, r.row));
        let terms = item_terms(p.a, p.b, q * LANES, r.row, from_key(r.row, run.base));
        run.total = total_add(run.total, terms.xy);
    }
    let s = vec4<f32>(from_key(r.row, run.base).xyz, from_key(r.row, run.key).w);
    write_values(r, 0u, from_terms(r.row, s, Terms(total_sum(run.total), 0.0), 0u));
}
