// GELU: x Phi(x) with the normal distribution's Phi, exact in both tails.
// Near 0 Phi and Phi + x phi are 1/2 plus odd minimax polynomials (error 2^-27); beyond, the tail Q serves.
// requires: math/normal

fn gelu(x: f32) -> f32 {
    let z = min(x * x, 1.0);
    let s = 0.398942202 + z * (-0.0664887354 + z * (0.00996417645 + z * (-0.00116536196 + z * 9.24730266e-5)));
    let a = clamp(abs(x), 0.5, 18.0);
    let e = gauss_parts(a);
    let far = max(x, 0.0) - mul_exp2(e.x / tail_divisor(a), e.y);
    return select(far, x * (0.5 + x * s), abs(x) < 0.6);
}

// Phi(x) + x phi(x); beyond 1/2 from Q(a) - a phi(a) at a = |x|.
fn gelu_dx(x: f32) -> f32 {
    let z = min(x * x, 0.25);
    let s = 0.797884405 + z * (-0.265953571 + z * (0.059725821 + z * -0.00887372438));
    let a = clamp(abs(x), 0.5, 18.0);
    let e = gauss_parts(a);
    let tail = mul_exp2((1.0 / (a * tail_divisor(a)) - 0.398942280 * a) * e.x, e.y); // 1 / sqrt(2 pi)
    return select(select(tail, 1.0 - tail, x > 0.0), 0.5 + x * s, abs(x) < 0.5);
}
