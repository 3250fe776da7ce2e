// exp(x), and exp of an unevaluated sum hi + lo, for arguments that are themselves rounded products.
// Domain: every f32; below exp(-87.3) the result is subnormal and may flush to 0.
// Method: hi + lo = n ln 2 + r, a minimax polynomial for exp(r) - 1 on |r| <= 0.3475 (relative error 2^-28), then 2^n.
// Error:  1.1 ULP.
// requires: math/exp_core, math/opaque

// The same for every f32: the argument saturates at +-175, where 2^n is 2^+-252.
fn exp_reduce(hi: f32, lo: f32) -> vec2<f32> {
    return exp_split(clamp(hi, -175.0, 175.0), select(lo, 0.0, abs(hi) > 175.0));
}

// (m, n) with exp(hi + lo) = m 2^n; m is 0 once 2^n would leave the range of `mul_exp2`.
fn exp_parts(hi: f32, lo: f32) -> vec2<f32> {
    let e = exp_reduce(hi, lo);
    return vec2<f32>(select(1.0 + opaque(e.x), 0.0, hi < -174.5), e.y);
}

// v 2^n for whole n in [-252, 254], rounded at most once where the result is normal. 1.5 2^23 + n ends in the bits of n.
fn mul_exp2(v: f32, n: f32) -> f32 {
    let k = bitcast<i32>(n + 12582912.0);
    let half = k >> 1u;
    return opaque(v * bitcast<f32>((half + 127) << 23u)) * bitcast<f32>((k - half + 127) << 23u);
}

fn exp_sum(hi: f32, lo: f32) -> f32 {
    let e = exp_parts(hi, lo);
    return mul_exp2(e.x, e.y);
}

// (u, s) with exp(hi + lo) = u s for hi <= 88, for what is multiplied by u before the result may be subnormal: s is 1 or 2^-64, and u is 0 from -131 on.
fn exp_low(hi: f32, lo: f32) -> vec2<f32> {
    let far = hi < -64.0;
    let none = hi < -131.0;
    let u = exp_inner(max(hi, -131.0), select(lo, 0.0, none), select(0.0, 64.0, far));
    return vec2<f32>(select(u, 0.0, none), select(1.0, 5.42101086e-20, far));
}

fn exp_stable(x: f32) -> f32 {
    let far = x < 0.0;
    let u = exp_inner(clamp(x, -131.0, 89.0), 0.0, select(-8.0, 64.0, far));
    return u * select(256.0, 5.42101086e-20, far);
}
