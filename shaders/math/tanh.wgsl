// tanh(x) with full relative accuracy near 0, where the built-in has none.
// Domain: every f32; +-1 from |x| = 9.02 on.
// Method: with m = exp(2 |x|) - 1 it is m / (2 + m), far out 1 - 2 / (2 + m).
// Error:  2.5 ULP.
// requires: math/exp, math/opaque, math/ratio

// tanh(hi + lo) for hi >= 0
fn tanh_sum(hi: f32, lo: f32) -> f32 {
    let e = exp_split(2.0 * min(hi, 10.0), select(2.0 * lo, 0.0, hi > 10.0));
    let power = bitcast<f32>((bitcast<u32>(e.y + 12582912.0) + 127u) << 23u);
    let m = fma(power, e.x, opaque(power - 1.0));
    let r = inverse(2.0 + m);
    return select(m * r, fma(-2.0, r, 1.0), hi > 0.5);
}

fn tanh_stable(x: f32) -> f32 {
    let t = tanh_sum(abs(x), 0.0);
    return select(t, -t, x < 0.0);
}
