// APTx: (alpha + tanh(z)) gamma x with z = beta x.
// requires: math/exp, math/opaque, math/parts, math/product, math/ratio, math/tanh_line

fn aptx(x: f32, alpha: f32, beta: f32, gamma: f32) -> f32 {
    let s = tanh_line(alpha, 1.0, product(x, beta));
    let factor = opaque(gamma * s.x);
    return select(mul_exp2(finite(x) * factor, s.y), x * factor, s.y == 0.0);
}

// gamma ((alpha + s) + e (2 alpha + 4z + (alpha - s) e)) / (1 + e)^2 with s the sign of z and e = exp(-2 |z|); for
// |alpha| < 1 the first and last term as alpha and tanh(z).
fn aptx_dx(x: f32, alpha: f32, beta: f32, gamma: f32) -> f32 {
    let z = product(x, beta);
    let hi = clamp(z.x, -1e30, 1e30);
    let lo = select(z.y, 0.0, abs(z.x) > 1e30);
    let s = select(1.0, -1.0, z.x < 0.0);
    let p = tanh_parts(z);
    let c = alpha + s;
    let q = 1.0 + p.z;
    let outer = select(p.z, p.x, c == 0.0) * ((2.0 * alpha + 4.0 * hi) + (4.0 * lo + (alpha - s) * p.z));
    let inner = q * (alpha * q - s * p.w) + 4.0 * p.z * (hi + lo);
    let sum = select(inner, c + outer, p.z < 0.25 || abs(alpha) >= 1.0);
    return mul_exp2(gamma * (sum * inverse(1.0 + p.z * (2.0 + p.z))), select(0.0, p.y, c == 0.0));
}
