// gamma log(1 + exp(z)) as hi + lo for z = hi + lo and e = exp(-|z|), for what is itself squared in an exponent.
// Domain: every z; beyond 1e30 it is that. Left of 0 the result underflows with e.
// Error:  2^-28 for |z| < 0.99, else 1 ULP of gamma log(1 + e), which vanishes as z grows.
// requires: math/log1p, math/product

fn softplus_sum(z: vec2<f32>, e: f32, gamma: f32) -> vec2<f32> {
    let a = product(clamp(z.x, 0.0, 1e30), gamma);
    let b = product(e, gamma);
    let sum = sum2(a.x, b.x);
    let low = select(z.y, 0.0, z.x < 0.0 || z.x > 1e30) + e * log1p_tilt(e);
    // Next to 0 log(1 + e) is ln 2 + z/2 + log(cosh(z/2)), the last by a minimax polynomial of z^2 (error 2^-28).
    let half = sum2(0.693147182, clamp(0.5 * z.x, -0.5, 0.5));
    let t = z.x + z.y;
    let q = min(t * t, 1.0);
    let near = product(half.x, gamma);
    let w = 0.124999881 + q * (-0.00520715723 + q * (0.000343573018 + q * -2.17938105e-5));
    let rest = half.y + (0.5 * z.y - 1.90465430e-9 + q * w);
    let far = vec2<f32>(sum.x, sum.y + ((a.y + b.y) + gamma * low));
    let inner = abs(z.x) < 0.99;
    return sum2(select(far.x, near.x, inner), select(far.y, near.y + gamma * rest, inner));
}
