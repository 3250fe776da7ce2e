// tanh(x) with full relative accuracy near 0, where the built-in has none.
// Domain: every f32; +-1 from |x| = 9.02 on.
// Method: odd minimax polynomial for |x| < 0.625 (error 2^-28), 1 - 2 / (1 + exp(2 |x|)) beyond.
// Error:  1.5 ULP.
// requires: math/exp

// tanh(x) / x - 1 for |x| < 0.625
fn tanh_tilt(x: f32) -> f32 {
    let z = min(x * x, 1.0);
    return z * (-0.333332837 + z * (0.133315146 + z * (-0.0537451468 + z * (0.0206552241 + z * -0.00572163519))));
}

fn tanh_near(x: f32) -> f32 {
    return x + x * tanh_tilt(x);
}

fn tanh_stable(x: f32) -> f32 {
    let a = min(abs(x), 20.0);
    let t = select(1.0 - 2.0 / (1.0 + exp_inner(2.0 * a, 0.0, 0.0)), tanh_near(a), a < 0.625);
    return select(t, -t, x < 0.0);
}
