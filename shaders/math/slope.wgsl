// The derivative of x sigmoid(x) at a wide z, accurate at its root -1.278 too.
// Error:  1.5 ULP.
// requires: math/exp_wide

// (v, n) with silu'(z) = v 2^n
fn silu_slope(z: vec2<f32>) -> vec2<f32> {
    let right = select(0.0, 1.0, z.x >= 0.0);
    let v = select(z, clamp(z, vec2<f32>(-1e30), vec2<f32>(1e30)), abs(z.x) > 1e30);
    let e = exp_wide(select(v, -v, z.x >= 0.0));
    let sum = exp_parabola(vec2<f32>(right, 0.0), wide_add(vec2<f32>(1.0, 0.0), v), vec2<f32>(1.0 - right, 0.0), e);
    return vec2<f32>(sum.x / exp_square(e).x, (1.0 - right) * e.z);
}
