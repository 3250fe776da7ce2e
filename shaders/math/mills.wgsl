// The tail Q(a) of the normal distribution over its density's exp(-a^2 / 2): Mills' ratio.
// Domain: a >= 0; good to 14.2 and positive beyond.
// Method: 1 / (sqrt(2 pi) a + p / q) with minimax polynomials p and q (relative error 2^-24.3).
// Error:  2 ULP.
// requires: math/ratio

// (q, d) with Q(a) exp(a^2 / 2) = q / d; what q lacks cancels as a grows.
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
