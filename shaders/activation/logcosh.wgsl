// Logarithm of the hyperbolic cosine: |x| + log(1 + exp(-2 |x|)) - ln 2; below 0.75 x^2 times a minimax polynomial of x^2 (error
// 2^-27.6), beyond with ln 2 in a short part, whose difference from |x| is exact, and the rest.
// requires: math/softplus, math/tanh

fn logcosh(x: f32) -> f32 {
    let a = abs(x);
    let z = min(a * a, 0.5625);
    let near = z * (0.5 + z * (-0.083333135 + z * (0.022217073 + z * (-0.0067022447 + z * (0.0020205646 + z * -0.0004339083)))));
    let far = (a - 0.693359375) + (softplus_excess(-2.0 * a, 0.0) + 2.12194440e-4);
    return select(far, near, a < 0.75);
}

fn logcosh_dx(x: f32) -> f32 {
    return tanh_stable(x);
}
