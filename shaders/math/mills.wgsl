// The tail Q(a) of the normal distribution over its density's exp(-a^2 / 2): Mills' ratio.
// Domain: a >= 0; good to 14.2 and positive beyond.
// Method: 1 / (sqrt(2 pi) a + p / q) with minimax polynomials p and q (relative error 2^-24.3).
// Error:  2 ULP.
// requires: math/ratio

// 2^-40, the unit of what follows: it keeps what small a have to lose normal.
fn mills_unit() -> f32 {
    return 9.094947e-13;
}

// (p, q), both times 0.73: then they are just below a power of two, where numbers are the most exact, next to where results are.
fn mills_parts(a: f32) -> vec2<f32> {
    let p = 1.46 + a * (0.72495854 + a * (0.18643074 + a * 0.020840686));
    let q = 8.026435e11 + a * (7.640963e11 + a * (3.4084277e11 + a * (8.147994e10 + a * 9.149654e09)));
    return vec2<f32>(p, q);
}

// The divisor from p and a q: sqrt(2 pi) in that unit.
fn mills_divisor(p: f32, n: f32) -> f32 {
    return fma(2.2797651e-12, n, p);
}

// Q(a) exp(a^2 / 2)
fn mills(a: f32) -> f32 {
    let m = mills_parts(a);
    return ratio(m.y, mills_divisor(m.x, a * m.y));
}

// a Q(a) exp(a^2 / 2); what the product a q lacks cancels as a grows.
fn mills_times(a: f32) -> f32 {
    let m = mills_parts(a);
    let n = a * m.y;
    return ratio(n, mills_divisor(m.x, n));
}
