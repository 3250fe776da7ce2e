// log(1 + exp(z)) - max(z, 0) for z = hi + lo: the part of softplus that vanishes at both ends.
// Domain: every f32. Error: 2.0 ULP.
// requires: math/exp, math/log1p

fn softplus_excess(hi: f32, lo: f32) -> f32 {
    return log1p_unit(5.42101086e-20 * exp_falling(-abs(hi), select(-lo, lo, hi < 0.0)));
}
