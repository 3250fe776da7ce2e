// tanh(x) with full relative accuracy near 0, where the built-in has none.
// Domain: every f32; +-1 from |x| = 9.02 on.
// Method: with m = exp(2 |x|) - 1 it is m / (2 + m).
// Error:  2.5 ULP.
// requires: math/exp_core, math/opaque

// tanh(hi + lo) for hi >= 0
fn tanh_sum(hi: f32, lo: f32) -> f32 {
    let e = exp_split(2.0 * min(hi, 10.0), select(2.0 * lo, 0.0, hi > 10.0));
    let power = bitcast<f32>((bitcast<u32>(e.y + 12582912.0) + 127u) << 23u);
    let m = fma(power, e.x, opaque(power - 1.0));
    // The quotient, and what it lacks: it is 1 from where it rounds to that.
    let r = 1.0 / (2.0 + m);
    let t = m * r;
    return fma(fma(-(2.0 + m), t, m), r, t);
}

fn tanh_stable(x: f32) -> f32 {
    let t = tanh_sum(abs(x), 0.0);
    return bitcast<f32>(bitcast<u32>(t) | (bitcast<u32>(x) & 0x80000000u));
}
