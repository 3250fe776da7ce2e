// gamma log(1 + exp(z)) as hi + lo for z = hi + lo and e = exp(-|z|), for what is itself squared in an exponent.
// Domain: every z; beyond 1e30 it is that. Left of 0 the result underflows with e.
// Error:  1 ULP of gamma log(1 + e), which vanishes as z grows.
// requires: math/log1p, math/product

fn softplus_sum(z: vec2<f32>, e: f32, gamma: f32) -> vec2<f32> {
    let a = product(clamp(z.x, 0.0, 1e30), gamma);
    let b = product(e, gamma);
    let sum = sum2(a.x, b.x);
    let low = select(z.y, 0.0, z.x < 0.0 || z.x > 1e30) - log1p_rest(e);
    return sum2(sum.x, sum.y + ((a.y + b.y) + gamma * low));
}
