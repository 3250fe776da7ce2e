// Laplace: the normal distribution function of z = (x - mu) / sigma, exact in both tails; beyond |z| = 1 as in gelu.
// requires: math/exp, math/normal, math/product

fn laplace_z(x: f32, mu: f32, sigma: f32) -> vec2<f32> {
    let d = sum2(x, -mu);
    let z = quotient(d.x, sigma);
    return vec2<f32>(z.x, select(z.y + d.y / sigma, 0.0, abs(z.x) > 20.0));
}

fn laplace(x: f32, mu: f32, sigma: f32) -> f32 {
    let r = laplace_z(x, mu, sigma);
    let z = r.x + r.y;
    let s = min(z * z, 1.0);
    let near = z * (0.398942202 + s * (-0.0664887354 + s * (0.00996417645 + s * (-0.00116536196 + s * 9.24730266e-5))));
    let a = clamp(abs(r.x), 1.0, 20.0);
    // The tail moves by -phi(a) per unit, the exponential by -a exp(-a^2 / 2): their ratio makes up for the low part left out.
    let d = tail_divisor(a);
    let e = gauss_sum(a, select(r.y, -r.y, r.x < 0.0) * (0.398942280 * d));
    let tail = mul_exp2(e.x / (a * d), e.y);
    return select(select(tail, 1.0 - tail, z > 0.0), 0.5 + near, abs(z) < 1.0);
}

fn laplace_dx(x: f32, mu: f32, sigma: f32) -> f32 {
    let r = laplace_z(x, mu, sigma);
    let e = gauss_sum(min(abs(r.x), 20.0), select(r.y, -r.y, r.x < 0.0));
    return mul_exp2(e.x * 0.398942280 / sigma, e.y); // 1 / sqrt(2 pi)
}
