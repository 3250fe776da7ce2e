// out = values made of a row's largest key and of sums for at most ROUNDS rounds, each in a state made of the last one, until all
// rows of the workgroup are settled. The row's elements are their own keys here, and some of the largest stay in registers: what
// the rounds make of these alone is a start from which few rounds over the whole row are left.
// requires: kernel/row/fold, row/simplex

// The largest five keys of each lane of a pack, of which a loop takes four at once.
struct Top {
    k1: vec4<u32>,
    k2: vec4<u32>,
    k3: vec4<u32>,
    k4: vec4<u32>,
    k5: vec4<u32>,
}

fn top_add(t: Top, key: vec4<u32>) -> Top {
    let b = min(t.k1, key);
    let c = min(t.k2, b);
    let d = min(t.k3, c);
    let e = min(t.k4, d);
    return Top(max(t.k1, key), max(t.k2, b), max(t.k3, c), max(t.k4, d), max(t.k5, e));
}

// The terms of elements with these keys; where there are none, of -inf.
fn key_terms(r: Share, k: vec4<u32>, s: vec4<f32>) -> Terms {
    let x = Lanes(unordered(k.x), unordered(k.y), unordered(k.z), unordered(k.w));
    return whole_terms(pack(x), Pack(0u), 0u, r.row, s);
}

fn top_terms(r: Share, t: Top, s: vec4<f32>) -> Terms {
    let first = (key_terms(r, t.k1, s) + key_terms(r, t.k2, s)) + (key_terms(r, t.k3, s) + key_terms(r, t.k4, s));
    return first + key_terms(r, t.k5, s);
}

// The keys of the row's own pack q.
fn own_lanes(r: Share, q: u32, last: ptr<function, Both>) -> vec4<u32> {
    let p = own(r, q, last, true);
    return whole_lanes(p.a, p.b, q * LANES, r.row);
}

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let r = share(group.y * args.width + group.x, lane);
    let whole = rounds_whole(r, 0u, args.length);
    let next = args.threads;
    var last = held(r, r.thread);
    let none = vec4<u32>(0u);
    var a = Top(none, none, none, none, none);
    var b = a;
    var c = a;
    var d = a;
    var k = 0u;
    for (; k + 4u <= whole; k += 4u) {
        let q = k * next + r.thread;
        a = top_add(a, own_lanes(r, q, &last));
        b = top_add(b, own_lanes(r, q + next, &last));
        c = top_add(c, own_lanes(r, q + 2u * next, &last));
        d = top_add(d, own_lanes(r, q + 3u * next, &last));
    }
    let most = max(max(a.k1, b.k1), max(c.k1, d.k1));
    var key = max(max(most.x, most.y), max(most.z, most.w));
    for (; k < args.rounds; k += 1u) {
        let q = k * next + r.thread;
        if r.live && q * LANES < args.length {
            let p = own(r, q, &last, false);
            key = max(key, item_keys(p.a, p.b, q * LANES, r.row));
        }
    }

    let first = from_key(r.row, join_keys(r, key));
    var s = first;
    for (var round = 0u; round < 6u; round += 1u) {
        let terms = (top_terms(r, a, s) + top_terms(r, b, s)) + (top_terms(r, c, s) + top_terms(r, d, s));
        s = from_terms(r.row, s, join_sums(r, terms), 0u);
        join_again();
    }
    s = simplex_part(first, s);
    for (var round = 0u; round < ROUNDS; round += 1u) {
        s = from_terms(r.row, s, join_sums(r, fold_sums(r, 0u, s)), round);
        if join_done(r, !r.live || is_settled(s)) {
            break;
        }
    }
    write_values(r, 0u, s);
}
