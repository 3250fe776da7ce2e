// What the projections onto the simplex share: the root t of a convex falling F(t) = 1, which lies at most `reach` below the row's
// largest element, m. The state is (base, low, ahead, -width): t lies in [base + low, base + low + width], F is measured at the
// point base + (low + ahead), and a width of 0 tells that low is as near as it can get. `base` follows the point, so that `low`
// keeps digits far beyond those of t: where many elements share the 1, an ULP of t is a large part of what each of them gets, and
// differences x - base that are small are exact.
// Method: Newton's from `low`, which never passes the root, and now and then from the middle, which halves the width for certain.
// Error:  F(t) within 3e-7 of 1, and the sum of F's terms with it.

fn simplex_begin(m: f32, reach: f32) -> vec4<f32> {
    return vec4<f32>(m, -reach, 0.0, -reach);
}

// The state to begin with where a part of the row has its root at `part`: that of the whole row lies above, and below m.
fn simplex_part(first: vec4<f32>, part: vec4<f32>) -> vec4<f32> {
    return vec4<f32>(part.x, part.y, 0.0, select(min((part.x - first.x) + part.y, -1e-30), first.w, first.w > 0.5));
}

// How far an element lies above the state's point, and above its root when that is found. The maximum is also in the way of compilers
// that would add up base and offset.
fn simplex_over(x: f32, base: f32, offset: f32) -> f32 {
    return max(x - base, offset) - offset;
}

// base + offset, exactly: the sum and what its rounding took, behind maxima that stop compilers from folding it.
fn simplex_sum(base: f32, offset: f32) -> vec2<f32> {
    let sum = max(base + offset, -3.4028234e38);
    let part = max(sum - base, -3.4028234e38);
    let rest = max(sum - part, -3.4028234e38);
    return vec2<f32>(sum, (base - rest) + (offset - part));
}

// The next state after F at the point, where it falls by `slope`: a `step` from there leads to the root of a tangent, which for a
// convex function lies below t on either side, and `above` is a bound from above.
fn simplex_next(s: vec4<f32>, f: f32, slope: f32, step: f32, above: f32, round: u32) -> vec4<f32> {
    // F has rounded, so what is far off could otherwise pass the root.
    let root = step * 0.9999995;
    let stays = root <= -s.z;
    let low = max(root, -s.z);
    let high = min(-s.w - s.z, select(above, 0.0, f < 1.0));
    let near = f - 1.0 <= 1.2e-7 || (f - 1.0 <= 0.1 && slope * (high - low) <= 1.2e-7);
    let settled = s.z == 0.0 && near;
    let width = select(max(high - low, 1e-30), 0.0, settled);
    let point = simplex_sum(s.x, select(s.y + s.z, s.y, stays));
    let next = simplex_sum(point.x, point.y + select(low, 0.0, stays));
    let ahead = select(0.0, 0.5 * width, (round & 3u) == 3u);
    // Of a row that is settled, others in its workgroup change nothing.
    let done = s.w >= 0.0;
    return vec4<f32>(select(next.x, s.x, done), select(next.y, s.y, done), select(ahead, 0.0, done), select(-width, s.w, done));
}
