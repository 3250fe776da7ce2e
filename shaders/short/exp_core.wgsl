// As math/exp_core, for results of 16 bits: a shorter polynomial, and the built-in function, whose 3 + 2 |t| ULP are none of theirs.
// Error:  2^-20 of exp(hi + lo) - 1, and 2^-15 of exp(hi + lo).

fn exp_split(hi: f32, lo: f32) -> vec2<f32> {
    let n = round(hi * 1.44269504);
    let r = fma(n, -0.693147182, hi) + lo;
    let z = r * r;
    let q = (0.499992251 + r * 0.166671202) + z * (0.0418911576 + r * 0.0083123222);
    return vec2<f32>(fma(z, q, r), n);
}

fn raise_exp2(v: f32, n: f32, more: f32) -> f32 {
    return bitcast<f32>(bitcast<u32>(v) + (bitcast<u32>(n + (12582912.0 + more)) << 23u));
}

fn exp_inner(hi: f32, lo: f32, up: f32) -> f32 {
    return exp2(fma(hi + lo, 1.44269504, up));
}
