// dSiLU: sigmoid(x) (1 + x sigmoid(-x)).
// requires: math/slope

fn d_silu(x: f32) -> f32 {
    let s = silu_slope(vec2<f32>(x, 0.0));
    return mul_exp2(s.x, s.y);
}

// sigmoid(x) sigmoid(-x) (2 - x tanh(x/2)) = e (2 - a + e (2 + a)) / (1 + e)^3 with a = |x|, e = exp(-a)
fn d_silu_dx(x: f32) -> f32 {
    let a = min(abs(x), 1e30);
    let e = exp_wide(vec2<f32>(-a, 0.0));
    let c = two_sum(2.0, -a);
    let sum = exp_line(c, two_sum(2.0, a), e);
    let q = wide_mul(exp_square(e), exp_line(vec2<f32>(1.0, 0.0), vec2<f32>(1.0, 0.0), e));
    return mul_exp2(mul_exp2((1.0 + e.x) * sum.x / q.x, e.z), select(0.0, e.z, c.x == 0.0));
}
