// dSiLU: sigmoid(x) (1 + x sigmoid(-x)).
// requires: math/exp, math/expm1, math/opaque, math/ratio, math/slope

fn d_silu(x: f32) -> f32 {
    let s = silu_slope(vec2<f32>(x, 0.0));
    return mul_exp2(s.x, s.y);
}

// sigmoid(x) sigmoid(-x) (2 - x tanh(x/2)) = e (2 - a + e (2 + a)) / (1 + e)^3 with a = |x|, e = exp(-a); next to its root
// R = 2.399 the bracket as (R - 2) (g + (1 + g) d / (2 + R)) - d with d = a - R, g = exp(-d) - 1.
fn d_silu_dx(x: f32) -> f32 {
    let a = min(abs(x), 1e30);
    let d = opaque(a - 2.39935732); // or compilers add up the constants
    let g = expm1_sum(-d, -3.83627062e-8);
    let near = (0.399357289 * (g + (1.0 + g) * ((d + 3.83627062e-8) * 0.227305934)) - d) - 3.83627062e-8;
    let p = exp_parts(-a, 0.0);
    let e = mul_exp2(p.x, p.y);
    let sum = select(near, (2.0 - a) + e * (2.0 + a), a < 1.5 || a > 4.0);
    return mul_exp2(sum * (p.x * inverse(1.0 + e * (3.0 + e * (3.0 + e)))), p.y);
}
