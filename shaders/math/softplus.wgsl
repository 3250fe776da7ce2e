// log(1 + exp(z)) - max(z, 0) for z = hi + lo: the part of softplus that vanishes at both ends.
// Domain: every f32; from 104 on it is 0. Error: 2.2 ULP.
// requires: math/exp, math/log1p

fn softplus_excess(hi: f32, lo: f32) -> f32 {
    let a = min(abs(hi), 104.0);
    let low = select(select(-lo, lo, hi < 0.0), 0.0, abs(hi) > 104.0);
    // In units of 2^-32 exp(-104) is normal; here it underflows.
    let e = 2.32830644e-10 * exp_inner(-a, low, 32.0);
    return e + e * log1p_tilt(e);
}
