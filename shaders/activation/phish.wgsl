// Phish: x tanh(g), g = gelu(x) in its exact form: near 0 by gelu's polynomials, below -1 with the exponent of the normal tail apart.
// requires: math/exp, math/mills, math/normal, math/parts, math/ratio, math/tanh, math/tanh_line

// gelu(x) from the tail 2^n, which does not matter within 1; for x < -1 without the factor 2^n.
fn phish_g(x: f32, tail: f32, n: f32) -> f32 {
    let z = min(x * x, 1.0);
    let s = 0.398942202 + z * (-0.0664887354 + z * (0.00996417645 + z * (-0.00116536196 + z * 9.24730266e-5)));
    return select(select(x - mul_exp2(tail, n), -tail, x < 0.0), x * (0.5 + x * s), abs(x) < 1.0);
}

fn phish(x: f32) -> f32 {
    let a = clamp(abs(x), 1.0, 18.0);
    let e = gauss_sum(a, 0.0);
    let g = phish_g(x, e.x * (mills_unit() * mills_times(a)), e.y);
    // tanh(g) = g - g^3 / 3 ... below -1, where |g| < 0.16
    let t = select(g, mul_exp2(g, e.y), x <= -1.0);
    let z = t * t;
    let far = g - g * z * (0.333333333 - z * (0.133333333 - z * 0.053));
    return select(x * tanh_stable(t), mul_exp2(-a * far, e.y), x <= -1.0);
}

// tanh(g) + x (1 - tanh(g)^2) (Phi(x) + x phi(x)), below -1 over exp(-x^2 / 2).
fn phish_dx(x: f32) -> f32 {
    let a = clamp(abs(x), 0.5, 18.0);
    let e = gauss_sum(a, 0.0);
    let z = min(x * x, 0.25);
    let s = 0.797884405 + z * (-0.265953571 + z * (0.059725821 + z * -0.00887372438));
    let d = mills_unit() * mills_times(a);
    let slope = mills_unit() * mills(a) - 0.398942280 * a; // 1 / sqrt(2 pi)
    let dtail = mul_exp2(slope * e.x, e.y);
    let dg = select(select(1.0, 0.0, x < 0.0) - select(dtail, -dtail, x < 0.0), 0.5 + x * s, abs(x) < 0.5);
    let g = phish_g(max(x, -1.0), d * e.x, e.y);
    let q = tanh_parts(vec2<f32>(g, 0.0));
    let over = inverse(1.0 + q.z);
    let u = select(-q.w, q.w, g < 0.0) * over;
    let right = u + clamp(x, -1.0, 30.0) * (4.0 * q.z * over * over) * dg;
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
    // Next to 0 both terms are x / 2, which may be subnormal.
    return select(select(right, mul_exp2(far * e.x, e.y), x <= -1.0), x, abs(x) < 1e-18);
}
