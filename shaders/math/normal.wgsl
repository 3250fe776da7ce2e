// The normal distribution: exp(-a^2 / 2), and its tail Q(a) as exp(-a^2 / 2) times Mills' ratio.
// Method: a^2 / 2 as an exact high part and a rest; Mills' ratio as 1 / (sqrt(2 pi) a + p / q) with minimax polynomials p and q (relative error 2^-24.3).
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

// (q, d) with Q(a) exp(a^2 / 2) = q / d for a >= 0, good to 14.2 and positive beyond. What q lacks cancels as a grows.
fn mills_parts(a: f32) -> vec2<f32> {
    let z = a * a;
    let p = (2.0 + a * 0.993093848) + z * (0.255384564 + a * 0.0285488851);
    let q = (1.0 + a * 0.95197469) + z * ((0.424650282 + a * 0.101514488) + z * 0.0113994004);
    return vec2<f32>(q, 2.50662827 * (a * q) + p); // sqrt(2 pi)
}

fn mills(a: f32) -> f32 {
    let m = mills_parts(a);
    return m.x * inverse(m.y);
}

// a Q(a) exp(a^2 / 2)
fn mills_times(a: f32) -> f32 {
    let m = mills_parts(a);
    return (a * m.x) * inverse(m.y);
}
