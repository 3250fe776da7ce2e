// Mish: x tanh(softplus(x)), as quotients of polynomials in e = exp(-|x|), of which the left side has one factor in small units:
// x e (2 + e) / (2 + 2e + e^2) on the left, x (1 + 2e) / (1 + 2e + 2e^2) on the right. Those of the left are times 7 / 8, as
// roundings weigh most just above a power of two.
// requires: math/gate, math/opaque, math/ratio, math/units

fn mish(x: f32) -> f32 {
    let p = falling(-abs(x), 0.0);
    let e = p.y;
    let left = x < 0.0;
    let a = select(2.0, 1.75, left);
    let b = select(1.0, 1.75, left);
    let c = select(2.0, 0.875, left);
    let v = max(x, -131.0) * select(1.0, p.x, left);
    let y = opaque(ratio(v * fma(c, e, b), fma(e, fma(c, e, a), b))) * select(1.0, fall_unit(), left);
    return select(y, x, x > 1e9);
}

// T + x sigmoid(x) (1 - T^2) with T = tanh(softplus(x)) is, over the square of the same divisor d,
// e (4(1 + x) + e (6 + 4x + e (4 + e))) on the left and (1 + 2e) d + 4x e^2 (1 + e) on the right.
fn mish_dx(x: f32) -> f32 {
    let p = falling(-abs(x), 0.0);
    let e = p.y;
    let v = clamp(x, -1e3, 1e3);
    let left = x < 0.0;
    let d = select(1.0 + 2.0 * (e + e * e), 1.75 + e * (1.75 + 0.875 * e), left);
    let low = p.x * (3.0625 * (1.0 + v) + e * ((4.59375 + 3.0625 * v) + e * (3.0625 + 0.765625 * e)));
    let high = (1.0 + 2.0 * e) * d + 4.0 * v * (e * e * (1.0 + e));
    return opaque(ratio(select(high, low, left), d * d)) * select(1.0, fall_unit(), left);
}
