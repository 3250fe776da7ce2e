// Smish: alpha x T(z) with T(z) = tanh(ln(1 + sigmoid(z))), z = beta x, as quotients of polynomials in e = exp(-|z|):
// e (1 - e (1.5 + 2.5e) / d), d = 1 + 3e + 2.5e^2, on the left and (3 + 2e) / d, d = 5 + 6e + 2e^2, on the right.
// requires: math/exp, math/gate, math/product

fn smish_divisor(e: f32, left: bool) -> f32 {
    return select(5.0 + e * (6.0 + 2.0 * e), 1.0 + e * (3.0 + 2.5 * e), left);
}

fn smish(x: f32, alpha: f32, beta: f32) -> f32 {
    let z = product(x, beta);
    let p = gate_parts(z);
    let e = p.z;
    let left = z.x < 0.0;
    let d = smish_divisor(e, left);
    let small = left && e < 0.5;
    let v = select(select(3.0 + 2.0 * e, 1.0 + 1.5 * e, left), e * (1.5 + 2.5 * e), small) / d;
    let factor = select(1.0, p.x, left) * select(v, 1.0 - v, small);
    return mul_exp2(select(x, finite(x), left) * (alpha * factor), select(0.0, p.y, left));
}

// T + z T' with T' = e (1 - e^2 / 2d) / d on the left, where 1 + z stands alone before what vanishes with e, and
// 2e (1 - 1 / d) / d on the right.
fn smish_dx(x: f32, alpha: f32, beta: f32) -> f32 {
    let z = product(x, beta);
    let p = gate_parts(z);
    let e = p.z;
    let left = z.x < 0.0;
    let d = smish_divisor(e, left);
    let hi = clamp(z.x, -1e30, 1e30);
    let lo = select(z.y, 0.0, abs(z.x) > 1e30);
    let t = hi + lo;
    let tail = p.x * ((1.0 + hi) + (lo + (1.5 * e - t * (0.5 * e * e / d))));
    let right = (3.0 + 2.0 * e) + 2.0 * t * e * (1.0 - 1.0 / d);
    return mul_exp2(alpha * (select(right, tail, left) / d), select(0.0, p.y, left));
}
