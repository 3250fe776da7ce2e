// out = values made of a sum that depends on a row's largest key, a thread to each row, in one pass less: keys and terms come from
// one look at the row. The terms are in the state of the largest key so far, or of one so near that it is as good; only a
// key far above it takes its place, and what has been added up by then weighs next to nothing.
// requires: kernel/row_fold, math/total

struct Running {
    key: u32,    // the largest so far
    base: u32,   // that of the terms' state
    total: vec4<f32>,
}

// Takes in a key, before terms are added that go with it.
fn running_key(r: Running, key: u32) -> Running {
    let factor = rescale(from_key(r.base), from_key(key));
    let far = factor < 0.01;
    return Running(max(r.key, key), select(r.base, key, far), r.total * select(1.0, factor, far));
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let r = share(group.y * args.width + group.x, lane);
    let whole = select(0u, args.length / LANES, r.live);
    // The least finite number's.
    var run = Running(0u, 0x00800000u, vec4<f32>(0.0));
    var last = held(r, 0u);
    var q = 0u;
    for (; q + 4u <= whole; q += 4u) {
        let a = own(r, q, &last, true);
        let b = own(r, q + 1u, &last, true);
        let c = own(r, q + 2u, &last, true);
        let d = own(r, q + 3u, &last, true);
        let at = vec4<u32>(q, q + 1u, q + 2u, q + 3u) * LANES;
        run = running_key(run, max(max(whole_keys(a.a, a.b, at.x, r.row), whole_keys(b.a, b.b, at.y, r.row)),
            max(whole_keys(c.a, c.b, at.z, r.row), whole_keys(d.a, d.b, at.w, r.row))));
        let s = from_key(run.base);
        run.total = total_add(run.total, whole_terms(a.a, a.b, at.x, r.row, s) + whole_terms(b.a, b.b, at.y, r.row, s));
        run.total = total_add(run.total, whole_terms(c.a, c.b, at.z, r.row, s) + whole_terms(d.a, d.b, at.w, r.row, s));
    }
    for (; r.live && q * LANES < args.length; q += 1u) {
        let p = own(r, q, &last, false);
        run = running_key(run, item_keys(p.a, p.b, q * LANES, r.row));
        run.total = total_add(run.total, item_terms(p.a, p.b, q * LANES, r.row, from_key(run.base)));
    }
    let s = vec4<f32>(from_key(run.base).xyz, from_key(run.key).w);
    write_values(r, 0u, from_sum(s, total_sum(run.total), 0u));
}
