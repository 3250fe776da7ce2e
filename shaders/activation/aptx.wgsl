// APTx: (alpha + tanh(beta x)) gamma x.
// requires: math/tanh_line

fn aptx(x: f32, alpha: f32, beta: f32, gamma: f32) -> f32 {
    let s = tanh_line(alpha, 1.0, two_product(beta, clamp(x, -1e30, 1e30)));
    return select(mul_exp2(finite(x) * (gamma * s.x), s.y), x * (gamma * s.x), s.y == 0.0);
}

// gamma ((alpha + s) + e (2 alpha + 4z + (alpha - s) e)) / (1 + e)^2 with z = beta x, s its sign, e = exp(-2 |z|)
fn aptx_dx(x: f32, alpha: f32, beta: f32, gamma: f32) -> f32 {
    let z = two_product(beta, clamp(x, -1e30, 1e30));
    let s = select(1.0, -1.0, z.x < 0.0);
    let e = exp_wide(-2.0 * s * z);
    let a = two_sum(alpha, s);
    let b = wide_add(vec2<f32>(2.0 * alpha, 0.0), 4.0 * z);
    let sum = exp_parabola(a, b, two_sum(alpha, -s), e);
    return mul_exp2(gamma * (sum.x / exp_square(e).x), select(0.0, e.z, a.x == 0.0));
}
