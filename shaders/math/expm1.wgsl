// exp(x) - 1 without cancellation near 0, and the same of an unevaluated sum hi + lo.
// Domain: every f32; inf above 88.72, -1 below -17.4.
// Method: exp(x) - 1 = (2^n - 1) + 2^n (exp(r) - 1) with the reduction of exp.
// Error:  1.5 ULP.
// requires: math/exp, math/exp_core, math/opaque

fn expm1_sum(hi: f32, lo: f32) -> f32 {
    // At -20 the result is -1 already, and 2^-n still far from overflow.
    let e = exp_reduce(max(hi, -20.0), select(lo, 0.0, hi < -20.0));
    let power = bitcast<f32>(i32(max(127.0 - e.y, 0.0)) << 23u); // 2^-n; 0 once that is subnormal
    return mul_exp2(opaque(1.0 - power) + e.x, e.y);
}

// The same for hi <= 0.
fn expm1_fall(hi: f32, lo: f32) -> f32 {
    let e = exp_split(max(hi, -20.0), select(lo, 0.0, hi < -20.0));
    let power = bitcast<f32>((bitcast<u32>(e.y + 12582912.0) + 127u) << 23u);
    return fma(power, e.x, opaque(power - 1.0));
}

fn expm1_stable(x: f32) -> f32 {
    return expm1_sum(x, 0.0);
}

// (m, n, e, e - 1) with e = exp(hi + lo) = m 2^n, for hi <= 0; m is 0 below -174.5.
fn exp_pair(hi: f32, lo: f32) -> vec4<f32> {
    let e = exp_parts(hi, lo);
    return vec4<f32>(e.x, e.y, mul_exp2(e.x, e.y), expm1_fall(hi, lo));
}
