// Mish: x tanh(softplus(x)), as quotients of polynomials in e = exp(-|x|), with s = 2e + e^2:
// x s / (2 + s) on the left, x (1 + 2e) / (1 + 2e + 2e^2) on the right.
// requires: math/exp, math/product

fn mish(x: f32) -> f32 {
    let p = exp_parts(-abs(x), 0.0);
    let e = mul_exp2(p.x, p.y);
    let left = x < 0.0;
    let s = 2.0 * p.x + max(p.x * e, 0.0); // without its exponent; the maximum keeps compilers from m (2 + e)
    let above = select(x * (1.0 + 2.0 * e), finite(x) * s, left);
    let below = select(1.0 + e * (2.0 + 2.0 * e), 2.0 + mul_exp2(s, p.y), left);
    return mul_exp2(above / below, select(0.0, p.y, left));
}

// T + x sigmoid(x) (1 - T^2) with T = tanh(softplus(x)) is, with d = 2 + s,
//   e (4(x + 1) + e (4x + 6 + e (4 + e))) / d^2 below -1, where the terms nearly cancel,
//   (s + 4x (e + e^2) / d) / d up to 0, and the same over e^4 from there on.
fn mish_dx(x: f32) -> f32 {
    let p = exp_parts(-abs(x), 0.0);
    let e = mul_exp2(p.x, p.y);
    let v = clamp(x, -1e30, 1e30);
    let square = max(e * e, 0.0);
    let s = 2.0 * e + square;
    let far = mul_exp2(p.x * (4.0 * (v + 1.0) + e * (4.0 * v + 6.0 + e * (4.0 + e))) / (4.0 + s * (4.0 + s)), p.y);
    let left = x < 0.0;
    let d = select(1.0 + 2.0 * (e + square), 2.0 + s, left);
    let cross = 4.0 * v * select(square + e * square, e + square, left) / d;
    return select((select(1.0 + 2.0 * e, s, left) + cross) / d, far, x < -1.0);
}
