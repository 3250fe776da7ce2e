// exp(x), and exp of an unevaluated sum hi + lo, for arguments that are themselves rounded products.
// Domain: every f32; below exp(-87.3) the result is subnormal and may flush to 0.
// Method: hi + lo = n ln 2 + r, a minimax polynomial for exp(r) - 1 on |r| <= 0.3475 (relative error 2^-28) whose leading
//         term keeps 12 bits apart, so that only the last sum rounds; then 2^n in two exact factors.
// Error:  0.6 ULP.

// (s, t, n) with exp(hi + lo) = (1 + s + t) 2^n, s a multiple of 2^-12, |t| < 0.08, |s + t| < 0.42; |hi| <= 175.
fn exp_split(hi: f32, lo: f32) -> vec3<f32> {
    let n = round(hi * 1.44269504);
    // ln 2 in two parts: the first has 9 bits, so n times it is exact, and so is the difference.
    let big = hi - n * 0.693359375;
    let small = n * -2.12194440e-4 - lo;
    let r = big - small;
    let s = round(r * 4096.0) * 0.000244140625;
    let z = r * r;
    let q = (0.499999940 + r * 0.166665196) + z * ((0.0416684039 + r * 0.00836889911) + z * 0.00138142239);
    return vec3<f32>(s, ((big - s) - small) + z * q, n);
}

// The same for every f32: the argument saturates at +-175, where 2^n is 2^+-252.
fn exp_reduce(hi: f32, lo: f32) -> vec3<f32> {
    return exp_split(clamp(hi, -175.0, 175.0), select(lo, 0.0, abs(hi) > 175.0));
}

// (m, n) with exp(hi + lo) = m 2^n; m is 0 once 2^n would leave the range of `mul_exp2`.
fn exp_parts(hi: f32, lo: f32) -> vec2<f32> {
    let e = exp_reduce(hi, lo);
    return vec2<f32>(select((1.0 + e.x) + e.y, 0.0, hi < -174.5), e.z);
}

// v 2^n for whole n in [-252, 254], rounded at most once where the result is normal. 1.5 2^23 + n ends in the bits of n.
fn mul_exp2(v: f32, n: f32) -> f32 {
    let k = bitcast<i32>(n + 12582912.0);
    let half = k >> 1u;
    return v * bitcast<f32>((half + 127) << 23u) * bitcast<f32>((k - half + 127) << 23u);
}

// v 2^n where both v and the result are normal numbers.
fn raise_exp2(v: f32, n: f32) -> f32 {
    return bitcast<f32>(bitcast<u32>(v) + (bitcast<u32>(n + 12582912.0) << 23u));
}

fn exp_sum(hi: f32, lo: f32) -> f32 {
    let e = exp_parts(hi, lo);
    return mul_exp2(e.x, e.y);
}

// 2^up exp(hi + lo) for results and hi in the range of normal numbers: one factor 2^n and one rounding more, 0.9 ULP.
fn exp_inner(hi: f32, lo: f32, up: f32) -> f32 {
    let n = round(hi * 1.44269504);
    let r = (hi - n * 0.693359375) - (n * -2.12194440e-4 - lo);
    let z = r * r;
    let q = (0.499999940 + r * 0.166665196) + z * ((0.0416684039 + r * 0.00836889911) + z * 0.00138142239);
    return raise_exp2(1.0 + (r + z * q), n + up);
}

// exp(hi + lo) for hi <= 0 in units of 2^-64, in which it is normal down to hi = -131 and stays as it is there: one factor, 0.6 ULP.
fn exp_falling(hi: f32, lo: f32) -> f32 {
    let far = hi < -131.0;
    let e = exp_split(select(hi, -131.0, far), select(lo, 0.0, far));
    return raise_exp2((1.0 + e.x) + e.y, e.z + 64.0);
}

fn exp_stable(x: f32) -> f32 {
    return exp_sum(x, 0.0);
}
