// Gaussian: exp(-x^2), with x^2 as an exact high part and a rest.
// requires: math/exp, math/parts

// (m, n) with exp(-x^2) = m 2^n
fn gaussian_parts(x: f32) -> vec2<f32> {
    let v = clamp(x, -20.0, 20.0);
    let h = high_bits(v);
    return exp_parts(-(h * h), -((v - h) * (v + h)));
}

fn gaussian(x: f32) -> f32 {
    let e = gaussian_parts(x);
    return mul_exp2(e.x, e.y);
}

fn gaussian_dx(x: f32) -> f32 {
    let e = gaussian_parts(x);
    return mul_exp2(-2.0 * clamp(x, -20.0, 20.0) * e.x, e.y);
}
