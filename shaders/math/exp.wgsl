// exp(x), and exp of an unevaluated sum hi + lo, for arguments that are themselves rounded products.
// Domain: every f32; below exp(-87.3) the result is subnormal and may flush to 0.
// Method: hi + lo = n ln 2 + r, a minimax polynomial for exp(r) - 1 on |r| <= 0.3475 (relative error 2^-28), then 2^n.
// Error:  1.1 ULP.
// requires: math/opaque

// (p, n) with exp(hi + lo) = (1 + p) 2^n, |p| < 0.42; |hi| <= 175. The reduction is made of fma, which no compiler takes apart.
fn exp_split(hi: f32, lo: f32) -> vec2<f32> {
    let n = round(hi * 1.44269504);
    // ln 2 in two parts: the first has 9 bits, so n times it is exact, and so is the difference.
    let r = fma(n, 2.12194440e-4, fma(n, -0.693359375, hi) + lo);
    let z = r * r;
    let q = (0.499999940 + r * 0.166665196) + z * ((0.0416684039 + r * 0.00836889911) + z * 0.00138142239);
    return vec2<f32>(fma(z, q, r), n);
}

// The same for every f32: the argument saturates at +-175, where 2^n is 2^+-252.
fn exp_reduce(hi: f32, lo: f32) -> vec2<f32> {
    return exp_split(clamp(hi, -175.0, 175.0), select(lo, 0.0, abs(hi) > 175.0));
}

// (m, n) with exp(hi + lo) = m 2^n; m is 0 once 2^n would leave the range of `mul_exp2`.
fn exp_parts(hi: f32, lo: f32) -> vec2<f32> {
    let e = exp_reduce(hi, lo);
    return vec2<f32>(select(1.0 + e.x, 0.0, hi < -174.5), e.y);
}

// v 2^n for whole n in [-252, 254], rounded at most once where the result is normal. 1.5 2^23 + n ends in the bits of n.
fn mul_exp2(v: f32, n: f32) -> f32 {
    let k = bitcast<i32>(n + 12582912.0);
    let half = k >> 1u;
    return opaque(v * bitcast<f32>((half + 127) << 23u)) * bitcast<f32>((k - half + 127) << 23u);
}

// v 2^(n + more) where both v and the result are normal numbers.
fn raise_exp2(v: f32, n: f32, more: f32) -> f32 {
    return bitcast<f32>(bitcast<u32>(v) + (bitcast<u32>(n + (12582912.0 + more)) << 23u));
}

fn exp_sum(hi: f32, lo: f32) -> f32 {
    let e = exp_parts(hi, lo);
    return mul_exp2(e.x, e.y);
}

// 2^up exp(hi + lo), for hi and results in the range of normal numbers.
fn exp_inner(hi: f32, lo: f32, up: f32) -> f32 {
    let e = exp_split(hi, lo);
    return raise_exp2(1.0 + e.x, e.y, up);
}

// (u, s) with exp(hi + lo) = u s for hi <= 88, for what is multiplied by u before the result may be subnormal: s is 1 or 2^-64.
fn exp_low(hi: f32, lo: f32) -> vec2<f32> {
    let far = hi < -64.0;
    let none = hi < -131.0;
    let u = exp_inner(max(hi, -131.0), select(lo, 0.0, none), select(0.0, 64.0, far));
    return vec2<f32>(u, select(1.0, 5.42101086e-20, far));
}

fn exp_stable(x: f32) -> f32 {
    let far = x < 0.0;
    let u = exp_inner(clamp(x, -131.0, 89.0), 0.0, select(-8.0, 64.0, far));
    return u * select(256.0, 5.42101086e-20, far);
}
