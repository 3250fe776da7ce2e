// b + w tanh(z) for z = hi + lo. With e = exp(-2 |z|) and s the sign of z that is b + s w - 2 s w e / (1 + e), which keeps its
// digits for |b| >= |w| and far out; else b - s w (e - 1) / (1 + e).
// Error: 3 ULP, of the larger of b and w tanh(z) for |b| < |w|.
// requires: math/expm1, math/ratio

// (mantissa of e, exponent of e, e, e - 1) with e = exp(-2 |z|)
fn tanh_parts(z: vec2<f32>) -> vec4<f32> {
    let hi = -2.0 * min(abs(z.x), 90.0);
    let lo = 2.0 * select(select(-z.y, z.y, z.x < 0.0), 0.0, abs(z.x) > 90.0);
    return exp_pair(hi, lo);
}

// (v, n) with b + w tanh(z) = v 2^n
fn tanh_line(b: f32, w: f32, z: vec2<f32>) -> vec2<f32> {
    let v = select(w, -w, z.x < 0.0);
    let p = tanh_parts(z);
    let c = b + v;
    let outer = p.z < 0.25 || abs(b) >= abs(w);
    let u = select(p.w, 2.0 * select(p.z, p.x, c == 0.0), outer) * inverse(1.0 + p.z);
    return vec2<f32>(select(b, c, outer) - v * u, select(0.0, p.y, c == 0.0));
}
