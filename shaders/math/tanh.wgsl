// tanh(x) with full relative accuracy near 0, where the built-in has none.
// Domain: every f32; +-1 from |x| = 9.02 on.
// Method: with m = exp(2 |x|) - 1 it is m / (2 + m).
// Error:  2.5 ULP.
// requires: math/exp_core, math/opaque

// tanh(hi + lo) for hi >= 0
fn tanh_sum(hi: f32, lo: f32) -> f32 {
    let e = exp_split(2.0 * min(hi, 10.0), select(2.0 * lo, 0.0, hi > 10.0));
    // In units of 2^-40, so that nothing but the result is subnormal.
    let power = bitcast<f32>((bitcast<u32>(e.y + 12582912.0) + 167u) << 23u);
    let m = fma(power, e.x, opaque(power - 1.09951163e12));
    // The quotient, and what it lacks: it is 1 from where it rounds to that.
    let d = fma(m, 9.094947e-13, 2.0);
    let r = 1.0 / d;
    let t = m * r;
    return 9.094947e-13 * fma(fma(-d, t, m), r, t);
}

fn tanh_stable(x: f32) -> f32 {
    let t = tanh_sum(abs(x), 0.0);
    return bitcast<f32>(bitcast<u32>(t) | (bitcast<u32>(x) & 0x80000000u));
}
