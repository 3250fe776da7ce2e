// b + w tanh(z) for a wide z, accurate at its root too: ((b + s w) + (b - s w) e) / (1 + e) with e = exp(-2 |z|), s the sign of z.
// Error:  1.5 ULP.
// requires: math/exp_wide

// (v, n) with b + w tanh(z) = v 2^n
fn tanh_line(b: f32, w: f32, z: vec2<f32>) -> vec2<f32> {
    let left = z.x < 0.0;
    let v = select(w, -w, left);
    let c = two_sum(b, v);
    let e = exp_wide(2.0 * select(-z, z, left));
    let sum = exp_line(c, two_sum(b, -v), e);
    let q = exp_line(vec2<f32>(1.0, 0.0), vec2<f32>(1.0, 0.0), e);
    return vec2<f32>(sum.x / q.x, select(0.0, e.z, c.x == 0.0));
}
