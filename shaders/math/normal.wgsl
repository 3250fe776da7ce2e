// The normal distribution: exp(-a^2 / 2), and the tail Q(a) from 1/2 on as a Q(a) = exp(-a^2 / 2) / tail_divisor(a).
// Method: a^2 / 2 as an exact high part and a rest; the divisor is sqrt(2 pi) + p / (a q), whose correction weighs less and
//         less, with polynomials p and q of positive coefficients on [1/2, 14.4] (relative error of the whole 2^-26).
// Error:  2.5 ULP for the quotient, while it is normal: to a = 13.
// requires: math/exp

// (m, n) with exp(-(a + lo)^2 / 2) = m 2^n for a in [0, 18], |lo| small beside a; at 18 results are 0 as stored.
fn gauss_sum(a: f32, lo: f32) -> vec2<f32> {
    let h = bitcast<f32>(bitcast<u32>(a) & 0xfffff000u);
    let e = exp_split(-0.5 * h * h, -0.5 * ((a - h) + lo) * ((a + lo) + h));
    return vec2<f32>((1.0 + e.x) + e.y, e.z);
}

// (m, n) with exp(-a^2 / 2) = m 2^n
fn gauss_parts(a: f32) -> vec2<f32> {
    return gauss_sum(a, 0.0);
}

// (p, q)
fn tail_parts(a: f32) -> vec2<f32> {
    let p = 1.99996662 + a * (1.07415628 + a * (0.290199935 + a * 0.0356637016));
    let q = 1.0 + a * (0.992394686 + a * (0.460768819 + a * (0.115553841 + a * 0.0142331058)));
    return vec2<f32>(p, q);
}

fn tail_divisor(a: f32) -> f32 {
    let t = tail_parts(a);
    return 2.50662827 + t.x / (a * t.y);
}
