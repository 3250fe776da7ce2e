// GELU: x Phi(x) with the normal distribution's Phi, exact in both tails by its tail Q.
// requires: math/mills, math/normal, math/opaque, math/units

fn gelu(x: f32) -> f32 {
    let a = min(abs(x), 15.0);
    return max(x, 0.0) - (gauss_unit() * mills_unit()) * opaque(gauss_times(mills_times(a), a));
}

// Phi(x) + x phi(x), from Q(a) - a phi(a) at a = |x|.
fn gelu_dx(x: f32) -> f32 {
    let a = min(abs(x), 15.0);
    let tail = (gauss_unit() * mills_unit()) * opaque(gauss_times(fma(-4.386417e11, a, mills(a)), a)); // 2^40 / sqrt(2 pi)
    return select(tail, 1.0 - tail, x > 0.0);
}
