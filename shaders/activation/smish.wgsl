// Smish: alpha x T(z) with T(z) = tanh(ln(1 + sigmoid(z))), z = beta x, as quotients of polynomials in e = exp(-|z|):
// e (1 - e (1.5 + 2.5e) / d), d = 1 + 3e + 2.5e^2, on the left and (3 + 2e) / d, d = 5 + 6e + 2e^2, on the right.
// requires: math/exp, math/gate, math/opaque, math/parts, math/product, math/ratio

fn smish_divisor(e: f32, left: bool) -> f32 {
    return select(5.0 + e * (6.0 + 2.0 * e), 1.0 + e * (3.0 + 2.5 * e), left);
}

// Next to 0 a minimax polynomial (error 2^-28) rounds less often.
fn smish(x: f32, alpha: f32, beta: f32) -> f32 {
    let z = product(x, beta);
    let p = gate_parts(z);
    let e = p.z;
    let left = z.x < 0.0;
    let quotient = select(3.0 + 2.0 * e, e * (1.5 + 2.5 * e), left) * inverse(smish_divisor(e, left));
    let t = clamp(z.x, -0.75, 0.75) + select(z.y, 0.0, abs(z.x) > 0.75);
    let near = 0.384615391 + (t * (0.142011851 + t * (-0.0209375955 + t * (-0.00973382313 + t * (0.00340670254
        + t * (0.000638682395 + t * (-0.000456605689 + t * (-2.05628876e-5 + t * 4.72359898e-5))))))) - 6.9e-9);
    let inner = abs(z.x) < 0.75;
    let tail = left && !inner;
    let factor = select(select(quotient, p.x * (1.0 - quotient), left), near, inner);
    return mul_exp2(select(x, finite(x), left) * opaque(alpha * factor), select(0.0, p.y, tail));
}

// T + z T' with T' = e (1 - e^2 / 2d) / d on the left, where 1 + z stands alone before what vanishes with e, and
// 2e (1 - 1 / d) / d on the right.
fn smish_dx(x: f32, alpha: f32, beta: f32) -> f32 {
    let z = product(x, beta);
    let p = gate_parts(z);
    let e = p.z;
    let left = z.x < 0.0;
    let over = inverse(smish_divisor(e, left));
    let hi = clamp(z.x, -1e30, 1e30);
    let lo = select(z.y, 0.0, abs(z.x) > 1e30);
    let t = hi + lo;
    let tail = p.x * ((1.0 + hi) + (lo + (1.5 * e - t * (0.5 * e * e * over))));
    let right = (3.0 + 2.0 * e) + 2.0 * t * e * (1.0 - over);
    return mul_exp2(alpha * (select(right, tail, left) * over), select(0.0, p.y, left));
}
