// The hyperbolic sine and cosine: (exp(|x|) -+ exp(-|x|)) / 2.
// Domain: every f32; infinite from |x| = 89.42 on.
// Method: with exp(|x|) = m 2^n the other exponential is 2^-2n / m in units of 2^n; the sine below 1 by an odd minimax polynomial (error 2^-31).
// Error:  1.5 ULP.
// requires: math/exp, math/ratio

// (m, n, exp(-|x|) / 2^n) with exp(|x|) = m 2^n
fn sinh_parts(x: f32) -> vec3<f32> {
    let e = exp_reduce(abs(x), 0.0);
    let power = bitcast<f32>(i32(max(127.0 - 2.0 * e.y, 0.0)) << 23u); // 2^-2n; 0 once that is subnormal
    let m = 1.0 + e.x;
    return vec3<f32>(m, e.y, power * inverse(m));
}

fn sinh_stable(x: f32) -> f32 {
    let p = sinh_parts(x);
    let far = mul_exp2(p.x - p.z, p.y - 1.0);
    let z = min(x * x, 1.0);
    let near = x + x * z * (0.16666667 + z * (0.0083333105 + z * (0.00019842896 + z * 2.7822132e-6)));
    return select(select(far, -far, x < 0.0), near, abs(x) < 1.0);
}

fn cosh_stable(x: f32) -> f32 {
    let p = sinh_parts(x);
    return mul_exp2(p.x + p.z, p.y - 1.0);
}
