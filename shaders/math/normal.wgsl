// The normal distribution: exp(-a^2 / 2), and its tail Q(a) as exp(-a^2 / 2) times Mills' ratio.
// Method: a^2 / 2 as an exact high part and a rest; Mills' ratio by a polynomial of 1 / (1 + 0.3 a) (relative error 2^-27.9).
// Error:  2.5 ULP for the product, while it is normal: to a = 13.
// requires: math/exp_core, math/opaque, math/parts, math/ratio

// (hi, lo) = -(a + lo)^2 / 2 for a in [0, 18], |lo| small beside a.
fn gauss_exponent(a: f32, lo: f32) -> vec2<f32> {
    let h = high_bits(a);
    return vec2<f32>(-0.5 * h * h, -0.5 * (opaque(a - h) + lo) * ((a + lo) + h));
}

// (m, n) with exp(-(a + lo)^2 / 2) = m 2^n; at 18 results are 0 as stored.
fn gauss_sum(a: f32, lo: f32) -> vec2<f32> {
    let z = gauss_exponent(a, lo);
    let e = exp_split(z.x, z.y);
    return vec2<f32>(1.0 + e.x, e.y);
}

// exp(-a^2 / 2) for a in [0, 15], in units of 2^-40; of these 0 is left at 15.
fn gauss(a: f32) -> f32 {
    let h = high_bits(a);
    return exp_inner(-0.5 * h * h, -0.5 * (a - h) * (a + h), 40.0);
}

// Q(a) exp(a^2 / 2) for a >= 0, good to 14.2 and positive beyond.
fn mills(a: f32) -> f32 {
    let t = inverse(1.0 + 0.3 * a);
    let z = t * t;
    let low = (0.119686663 + t * 0.119572401) + z * (0.110230811 + t * 0.0784102455);
    let high = (0.0960997269 + t * -0.0793211684) + z * ((0.191665724 + t * -0.228127226) + z * (0.112399846 + t * -0.020617025));
    return t * (low + (z * z) * high);
}
