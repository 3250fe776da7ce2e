// Phish: x tanh(g), g = gelu(x) in its exact form: near 0 by gelu's polynomials, below -1 with the exponent of the normal tail apart.
// requires: math/exp, math/normal, math/product, math/tanh

// gelu(x); for x < -1 without the factor 2^n.
fn phish_g(x: f32, a: f32, e: vec2<f32>) -> f32 {
    let z = min(x * x, 1.0);
    let s = 0.398942202 + z * (-0.0664887354 + z * (0.00996417645 + z * (-0.00116536196 + z * 9.24730266e-5)));
    let tail = e.x / tail_divisor(a);
    return select(select(x - mul_exp2(tail, e.y), -tail, x < 0.0), x * (0.5 + x * s), abs(x) < 1.0);
}

fn phish(x: f32) -> f32 {
    let a = clamp(abs(x), 1.0, 20.0);
    let e = gauss_parts(a);
    let g = phish_g(x, a, e);
    // tanh(g) = g - g^3 / 3 ... below -1, where |g| < 0.16
    let t = mul_exp2(g, select(0.0, e.y, x <= -1.0));
    let z = t * t;
    let far = g - g * z * (0.333333333 - z * (0.133333333 - z * 0.053));
    return select(x * tanh_stable(t), mul_exp2(-a * far, e.y), x <= -1.0);
}

// tanh(g) + x (1 - tanh(g)^2) (Phi(x) + x phi(x)), below -1 over exp(-x^2 / 2).
fn phish_dx(x: f32) -> f32 {
    let a = clamp(abs(x), 0.5, 20.0);
    let e = gauss_parts(a);
    let z = min(x * x, 0.25);
    let s = 0.797884405 + z * (-0.265953571 + z * (0.059725821 + z * -0.00887372438));
    let d = 1.0 / tail_divisor(a);
    let left = x <= -1.0;
    let slope = d / a - 0.398942280 * a; // 1 / sqrt(2 pi)
    let dtail = mul_exp2(slope * e.x, e.y);
    let dg = select(select(1.0, 0.0, x < 0.0) - select(dtail, -dtail, x < 0.0), 0.5 + x * s, abs(x) < 0.5);
    let b = clamp(abs(x), 1.0, 20.0);
    let g = phish_g(max(x, -0.9999999), b, gauss_parts(b));
    let t = tanh_stable(g);
    let q = exp_stable(-2.0 * clamp(g, 0.0, 40.0));
    let square = select(1.0 - t * t, 4.0 * q / ((1.0 + q) * (1.0 + q)), g > 0.3);
    let right = t + clamp(x, -1.0, 30.0) * square * dg;
    // tanh(g) / g with g = -d exp(-x^2 / 2)
    let v = mul_exp2(d * e.x, e.y);
    let w = v * v;
    let ratio = 1.0 - w * (0.333333333 - w * (0.133333333 - w * 0.05));
    // 2d - a^2 / sqrt(2 pi) stands alone before what vanishes with v; the square of a's high part is exact.
    let h = high_bits(a);
    let low = 0.398942280 * (a - h) * (a + h) - 1.133e-8 * h * h;
    let square_term = 0.398942280 * (h * h);
    let small = d * (1.0 - ratio) + ((d - square_term) - low) * w * ratio * ratio;
    let far = (square_term - 2.0 * d) + (low + small);
    return select(right, mul_exp2(far * e.x, e.y), left);
}
