// Logish: alpha x ln(1 + sigmoid(beta x)).
// requires: math/exp, math/gate, math/log1p, math/opaque, math/parts, math/product, math/ratio

// Next to 0 minimax polynomials (error 2^-27) round less often.
fn logish(x: f32, alpha: f32, beta: f32) -> f32 {
    let z = product(x, beta);
    let p = gate_parts(z);
    let left = z.x < 0.0;
    let share = inverse(1.0 + p.z);
    let s = select(1.0, p.z, left) * share;
    let tail = p.x * (1.0 + (log1p_tilt(s) - p.z) * share);
    let t = clamp(z.x, -0.75, 0.75) + select(z.y, 0.0, abs(z.x) > 0.75);
    let near = 0.405465096 + (t * (0.166666657 + t * (-0.0138888322 + t * (-0.0123452805 + t * (0.0021211917
        + t * (0.00102609047 + t * (-0.000264234113 + t * (-7.33321067e-5 + t * 2.49930854e-5))))))) + 1.187e-8);
    let inner = abs(z.x) < 0.75;
    let factor = select(select(log1p_unit(s), tail, left), near, inner);
    return mul_exp2(select(x, finite(x), left) * opaque(alpha * factor), select(0.0, p.y, left && !inner));
}

// L + z sigmoid'(z) / (1 + sigmoid(z)); on the left 1 + z stands alone before what vanishes with e = exp(z).
fn logish_dx(x: f32, alpha: f32, beta: f32) -> f32 {
    let z = product(x, beta);
    let p = gate_parts(z);
    let e = p.z;
    let left = z.x < 0.0;
    let share = inverse(1.0 + e);
    let s = select(1.0, e, left) * share;
    let hi = clamp(z.x, -1e30, 1e30);
    let lo = select(z.y, 0.0, abs(z.x) > 1e30);
    let t = hi + lo;
    let d = 1.0 + 2.0 * e;
    let over = inverse(select(2.0 + e, d, left)) * share;
    let tail = p.x * ((1.0 + hi) + (lo + (2.0 * e + log1p_tilt(s) * d))) * over;
    let right = log1p_unit(s) + t * e * over;
    let v = clamp(t, -0.75, 0.5);
    let near = 0.405465096 + (v * (0.333333343 + v * (-0.041666694 + v * (-0.0493829809 + v * (0.0106100366
        + v * (0.00617651548 + v * (-0.00187143218 + v * (-0.00065890426 + v * (0.000259586173
        + v * 8.67880008e-5)))))))) + 1.187e-8);
    let inner = t > -0.75 && t < 0.5;
    return mul_exp2(alpha * select(select(right, tail, left), near, inner), select(0.0, p.y, left && !inner));
}
