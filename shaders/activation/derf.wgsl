// Derf: weight erf(alpha x + shift) + bias.
// requires: math/erf, math/erf_line, math/exp, math/opaque, math/parts, math/wide

// alpha x + shift as hi + lo, accurate where the terms cancel, too; far out without the rest.
fn derf_z(x: f32, alpha: f32, shift: f32) -> vec2<f32> {
    let v = finite(x);
    let far = abs(alpha * v) > 1e30;
    let z = wide_add(two_product(alpha, select(v, 0.0, far)), vec2<f32>(shift, 0.0));
    return vec2<f32>(select(z.x, clamp(alpha * v, -1e30, 1e30), far), select(z.y, 0.0, far));
}

fn derf(x: f32, weight: f32, alpha: f32, shift: f32, bias: f32) -> f32 {
    let s = erf_line(bias, weight, derf_z(x, alpha, shift));
    return mul_exp2(s.x, s.y);
}

// With its exponent apart until the end: the factors may lift a subnormal number.
fn derf_dx(x: f32, weight: f32, alpha: f32, shift: f32, bias: f32) -> f32 {
    let z = derf_z(x, alpha, shift);
    let e = erf_slope(z.x, z.y);
    return mul_exp2(weight * alpha * e.x, e.y);
}

fn derf_dweight(x: f32, weight: f32, alpha: f32, shift: f32, bias: f32) -> f32 {
    return erf_stable(derf_z(x, alpha, shift).x);
}

fn derf_dalpha(x: f32, weight: f32, alpha: f32, shift: f32, bias: f32) -> f32 {
    let z = derf_z(x, alpha, shift);
    let e = erf_slope(z.x, z.y);
    return mul_exp2(opaque(weight * e.x) * finite(x), e.y);
}

fn derf_dshift(x: f32, weight: f32, alpha: f32, shift: f32, bias: f32) -> f32 {
    let z = derf_z(x, alpha, shift);
    let e = erf_slope(z.x, z.y);
    return mul_exp2(weight * e.x, e.y);
}

fn derf_dbias(x: f32, weight: f32, alpha: f32, shift: f32, bias: f32) -> f32 {
    return 1.0;
}
