// What the projections onto the simplex share: the root t of a convex falling F(t) = 1, which lies at most `reach` below the row's
// largest element, m. The state is (m, base, low, w): t lies in [base + low, base + low + width]. With w = -width F is measured at
// the lower end, with w = width / 8 in the middle, and a width of 0 tells that the row is settled: t = base + low.
// Few elements are counted from m, so that the largest have exact distances. Where many share the 1, an ULP of m - t is a large
// part of what each of them gets: then `base` follows t, and small differences x - base are exact.
// Method: Newton's from the lower end, which never passes the root, and now and then from the middle, which halves the width.
// Error:  F within 5e-7 of 1, and the sum of F's terms with it.
// requires: math/opaque

fn simplex_begin(m: f32, reach: f32) -> vec4<f32> {
    return vec4<f32>(m, m, -reach, -reach);
}

// The state to begin with where a part of the row has its root at `part`: that of the whole row lies above, and below m.
fn simplex_part(first: vec4<f32>, part: vec4<f32>) -> vec4<f32> {
    let width = min((part.y - part.x) + part.z, -1e-30);
    return vec4<f32>(part.x, part.y, part.z, select(width, first.w, first.w > 0.5));
}

// How far the middle lies above the lower end, if F is measured there.
fn simplex_ahead(s: vec4<f32>) -> f32 {
    return 4.0 * max(s.w, 0.0);
}

// How far an element lies above base + offset. The maximum is also in the way of compilers that would add these up.
fn simplex_over(x: f32, base: f32, offset: f32) -> f32 {
    let least = opaque(offset);
    return opaque(max(x - base, least) - least);
}

// base + offset, exactly: the sum and what its rounding took, behind maxima that stop compilers from folding it.
fn simplex_sum(base: f32, offset: f32) -> vec2<f32> {
    let sum = opaque(base + offset);
    let part = opaque(sum - base);
    let rest = opaque(sum - part);
    return vec2<f32>(sum, opaque(base - rest) + opaque(offset - part));
}

// The next state after F where it is measured and falls by `slope`: a `step` from there leads to the root of a tangent, which for
// a convex function lies below t on either side, and one of `above` to a bound from above.
fn simplex_next(s: vec4<f32>, f: f32, slope: f32, step: f32, above: f32, round: u32) -> vec4<f32> {
    let more = f - 1.0;
    let ahead = simplex_ahead(s);
    let high = min(max(-s.w, ahead), select(above, 0.0, f < 1.0));
    let near = more <= 3.6e-7 || (more <= 0.1 && slope * (high - step) <= 1.2e-7);
    let settled = ahead == 0.0 && near;
    // F is rounded: a step could pass t, and stops a little before it unless it is the last.
    let short = (1.8e-7 + 5e-7 * max(more, 0.0)) / max(slope, 1e-30);
    let root = step - select(short, 0.0, settled);
    let stays = root <= -ahead && more < -4e-7;
    let width = max(high - select(root, -ahead, stays), 1e-30);
    let point = simplex_sum(s.y, s.z + ahead);
    let follows = simplex_sum(point.x, point.y + root);
    let few = slope < 4.0;
    let base = select(follows.x, s.x, few);
    let low = select(follows.y, opaque(follows.x - s.x) + follows.y, few);
    let next = select(-width, 0.125 * width, (round & 3u) == 3u);
    // Of a row that is settled, others in its workgroup change nothing.
    let done = s.w == 0.0;
    let same = stays || done;
    return vec4<f32>(s.x, select(base, s.y, same), select(low, s.z, same), select(next, 0.0, settled || done));
}
