// Laplace: the normal distribution function of z = (x - mu) / sigma, exact in both tails; beyond |z| = 1 as in gelu.
// requires: math/exp, math/mills, math/normal, math/opaque, math/parts, math/ratio

// x - mu as a short number and an exact rest, and one reciprocal, for whose rounding the low part makes up.
fn laplace_z(x: f32, mu: f32, sigma: f32) -> vec2<f32> {
    let d = high_bits(x - mu);
    let swap = abs(x) < abs(mu);
    // Subtracted, as FXC finds no code for the sum with -mu.
    let low = opaque(opaque(select(x, -mu, swap) - d) - select(mu, -x, swap));
    let r = inverse(sigma);
    let z = clamp((x - mu) * r, -100.0, 100.0);
    let h = high_bits(z);
    let g = high_bits(sigma);
    let rest = opaque(d - h * g) + (low - (h * (sigma - g) + (z - h) * sigma));
    return vec2<f32>(z, select(rest * r, 0.0, abs(z) > 20.0));
}

fn laplace(x: f32, mu: f32, sigma: f32) -> f32 {
    let r = laplace_z(x, mu, sigma);
    let z = r.x + r.y;
    let s = min(z * z, 1.0);
    let near = z * (0.398942202 + s * (-0.0664887354 + s * (0.00996417645 + s * (-0.00116536196 + s * 9.24730266e-5))));
    let a = clamp(abs(r.x), 1.0, 18.0);
    let e = gauss_sum(a, 0.0);
    // The tail moves by -phi(a) per unit.
    let tail = mul_exp2(e.x * (mills_unit() * mills(a) - 0.398942280 * select(r.y, -r.y, r.x < 0.0)), e.y);
    return select(select(tail, 1.0 - tail, z > 0.0), 0.5 + near, abs(z) < 1.0);
}

fn laplace_dx(x: f32, mu: f32, sigma: f32) -> f32 {
    let r = laplace_z(x, mu, sigma);
    let e = gauss_sum(min(abs(r.x), 18.0), select(r.y, -r.y, r.x < 0.0));
    return mul_exp2(e.x * (0.398942280 * inverse(sigma)), e.y); // 1 / sqrt(2 pi)
}
