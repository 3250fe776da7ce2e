// The derivative of x sigmoid(x) at z = hi + lo, accurate at its root R = -1.278 too.
// Method: next to it 1 + z + exp(z) = d - (1 + R) (exp(d) - 1) with d = z - R, whose terms have one sign. What rounds off a
//         sum goes into a last correction; maxima keep compilers from folding it, or the constants, to nothing.
// Error:  2.5 ULP.
// requires: math/exp, math/expm1, math/opaque, math/ratio

// a + b, |a| > |b|, and what rounds off
fn slope_sum(a: f32, b: f32) -> vec2<f32> {
    let s = opaque(a + b);
    return vec2<f32>(s, opaque(a - s) + b);
}

// (v, n) with silu'(z) = v 2^n
fn silu_slope(z: vec2<f32>) -> vec2<f32> {
    let left = z.x < 0.0;
    let hi = clamp(z.x, -1e30, 1e30);
    let lo = select(z.y, 0.0, abs(z.x) > 1e30);
    let r = exp_reduce(-abs(hi), select(-lo, lo, left));
    let m = slope_sum(1.0, r.x);
    let e = select(mul_exp2(m.x, r.y), 0.0, hi < -174.5 || hi > 174.5);
    let d = vec2<f32>(opaque(hi + 1.27846456), lo - 1.29792827e-8);
    let plain = hi > -0.5 || hi < -3.0;
    let rest_of_line = select(d.y, lo, plain);
    let falling = slope_sum(select(d.x, 1.0 + hi, plain), select(0.278464556 * expm1_sum(d.x, d.y), e, plain));
    let rising = slope_sum(1.0, e + (hi + lo) * e);
    let over = select(rising.x, m.x * falling.x, left);
    let over_rest = select(rising.y, m.x * (falling.y + rest_of_line) + m.y * falling.x, left);
    let linear = slope_sum(1.0, 2.0 * e);
    let under = slope_sum(linear.x, e * e);
    let share = inverse(under.x);
    let v = over * share;
    let rest = (fma(-v, under.x, over) + (over_rest - v * (linear.y + under.y))) * share;
    return vec2<f32>(select(v + rest, 0.0, hi < -174.5), select(0.0, r.y, left));
}
