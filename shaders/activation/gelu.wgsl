// GELU: x Phi(x) with the normal distribution's Phi, exact in both tails by its tail Q.
// requires: math/mills, math/normal, math/opaque, math/units

fn gelu(x: f32) -> f32 {
    let a = min(abs(x), 15.0);
    return max(x, 0.0) - gauss_unit() * opaque(gauss(a) * mills_times(a));
}

// Phi(x) + x phi(x), from Q(a) - a phi(a) at a = |x|.
fn gelu_dx(x: f32) -> f32 {
    let a = min(abs(x), 15.0);
    let tail = gauss_unit() * opaque(gauss(a) * fma(-0.398942280, a, mills(a))); // 1 / sqrt(2 pi)
    return select(tail, 1.0 - tail, x > 0.0);
}
