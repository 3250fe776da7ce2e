// What the projections onto the simplex share: the root tau of a convex falling F(tau) = 1 in [-1, 0], for logits whose
// largest is 0. The state is (m, low, point, high), low <= tau <= high; F is measured at `point`, which is in turn `low`
// (Newton's method from the left, which never passes the root) and the middle (which halves the interval for certain).

fn simplex_begin(m: f32) -> vec4<f32> {
    return vec4<f32>(m, -1.0, -1.0, 0.0);
}

// The state to begin with where a part of the row has its root at `low`: that of the whole row lies above.
fn simplex_part(s: vec4<f32>, low: f32) -> vec4<f32> {
    return vec4<f32>(s.x, low, low, s.w);
}

// Whether little is left between low and high after a step too short for its rounding to matter, or Newton's step from `low` went
// nowhere: then `low` is tau.
fn simplex_settled(s: vec4<f32>, next: vec4<f32>) -> bool {
    return (next.w - next.y <= 4.0e-8 && abs(next.y - s.z) <= 0.1) || (s.z == s.y && next.y - s.y <= 2.0e-8);
}

// The next state after F at the point, the root of a tangent there, and a bound from above, or 0.
fn simplex_next(s: vec4<f32>, f: f32, root: f32, above: f32, round: u32) -> vec4<f32> {
    // The tangent of a convex function lies below it on either side, and so does its root below tau.
    let low = max(s.y, root);
    let high = min(s.w, select(above, s.z, f < 1.0));
    return vec4<f32>(s.x, low, select(low, 0.5 * (low + high), (round & 1u) == 0u), high);
}
