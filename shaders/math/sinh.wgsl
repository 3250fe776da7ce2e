// The hyperbolic sine and cosine: (exp(|x|) -+ exp(-|x|)) / 2.
// Domain: every f32; infinite from |x| = 89.42 on.
// Method: with exp(|x|) = 2^n (1 + s + t) the other exponential is 2^-2n / (1 + s + t) in units of 2^n, and 1 + s is exact; the
//         sine below 1 by an odd minimax polynomial (error 2^-31).
// Error:  0.8 ULP; the cosine 1 ULP.
// requires: math/exp

// (1 + s, t, n, exp(-|x|) / 2^n)
fn sinh_parts(x: f32) -> vec4<f32> {
    let e = exp_reduce(abs(x), 0.0);
    let power = bitcast<f32>(i32(max(127.0 - 2.0 * e.z, 0.0)) << 23u); // 2^-2n; 0 once that is subnormal
    return vec4<f32>(1.0 + e.x, e.y, e.z, power / ((1.0 + e.x) + e.y));
}

fn sinh_stable(x: f32) -> f32 {
    let p = sinh_parts(x);
    let far = mul_exp2(p.x + (p.y - p.w), p.z - 1.0);
    let z = min(x * x, 1.0);
    let near = x + x * z * (0.16666667 + z * (0.0083333105 + z * (0.00019842896 + z * 2.7822132e-6)));
    return select(select(far, -far, x < 0.0), near, abs(x) < 1.0);
}

fn cosh_stable(x: f32) -> f32 {
    let p = sinh_parts(x);
    return mul_exp2(p.x + (p.y + p.w), p.z - 1.0);
}
