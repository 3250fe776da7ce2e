// Rows one after the other, of any length: a pack is an aligned vector, and that at either end of a row may hold elements of its
// neighbours. Positions count elements; the first row begins with element `args.first` of the first vector. Results go word by
// word, as threads of two rows may not write to one vector. Rounding depends on what is added to what, and must not on where a
// tensor lies: so for sums a pack is four elements counted from the row's first, of two vectors.
// requires: kernel/row/fold

// Rounds of packs that may begin before their row.
const EDGE = 1u;

// Elements of other rows in the first pack.
fn head(r: Share) -> u32 {
    return r.base % LANES;
}

// Where an element of a mask lies, which may lie otherwise.
fn position(base: u32, at: u32) -> u32 {
    return base + min(at, args.length - 1u);
}

fn load(r: Share, q: u32) -> Pack {
    return read_a(r.base / LANES + q);
}

fn load_whole(r: Share, q: u32) -> Pack {
    return load(r, q);
}

// The first of two vectors, of either tensor.
fn held(r: Share, q: u32) -> Both {
    return Both(load(r, q), second_vector(r, q));
}

// Four elements of two vectors, from number `by` on.
fn shifted(a: Pack, b: Pack, by: u32) -> Pack {
    let two = by >= 2u;
    let x = select(a, Pack(a.zw, b.xy), vec4<bool>(two));
    return select(x, Pack(x.yzw, select(b.x, b.z, two)), vec4<bool>((by & 1u) != 0u));
}

// The row's own pack q of either tensor. A thread that takes one pack after the other has read its first vector already.
fn own(r: Share, q: u32, last: ptr<function, Both>, whole: bool) -> Both {
    if !CONSECUTIVE {
        *last = held(r, q);
    }
    let next = held(r, q + 1u);
    let p = Both(shifted((*last).a, next.a, head(r)), second_own(r, q, (*last).b, next.b));
    *last = next;
    return p;
}

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

// `write_whole` comes with the storage.
fn store_whole(r: Share, q: u32, p: Pack) {
    write_whole(r.base - args.first + q * LANES - head(r), p);
}
