// What exponentials are made of.
// Method: hi + lo = n ln 2 + r, a minimax polynomial for exp(r) - 1 on |r| <= 0.3475 (relative error 2^-28), then 2^n.
// Error:  1.1 ULP.
// requires: math/opaque

// (p, n) with exp(hi + lo) = (1 + p) 2^n, |p| < 0.42; |hi| <= 175. The reduction is made of fma, which no compiler takes apart.
fn exp_split(hi: f32, lo: f32) -> vec2<f32> {
    let n = round(hi * 1.44269504);
    // ln 2 in two parts: the first has 9 bits, so n times it is exact, and so is the difference.
    let r = fma(n, 2.12194440e-4, opaque(fma(n, -0.693359375, hi)) + lo);
    let z = r * r;
    let q = (0.499999940 + r * 0.166665196) + z * ((0.0416684039 + r * 0.00836889911) + z * 0.00138142239);
    return vec2<f32>(fma(z, q, r), n);
}

// v 2^(n + more) where both v and the result are normal numbers.
fn raise_exp2(v: f32, n: f32, more: f32) -> f32 {
    return bitcast<f32>(bitcast<u32>(v) + (bitcast<u32>(n + (12582912.0 + more)) << 23u));
}

// 2^n for whole n in [-126, 127]
fn power_of_two(n: f32) -> f32 {
    return bitcast<f32>(bitcast<u32>(n + (12582912.0 + 127.0)) << 23u);
}

// 2^up exp(hi + lo), for hi and results in the range of normal numbers.
fn exp_inner(hi: f32, lo: f32, up: f32) -> f32 {
    let e = exp_split(hi, lo);
    return raise_exp2(1.0 + opaque(e.x), e.y, up);
}
