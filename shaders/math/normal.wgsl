// The normal distribution: exp(-a^2 / 2).
// Method: a^2 / 2 as an exact high part and a rest.
// Error:  1.1 ULP.
// requires: math/exp_core, math/opaque, math/parts, math/units

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

// v exp(-a^2 / 2) for a in [0, 15], in `gauss_unit`s; of these 0 is left at 15.
fn gauss_times(v: f32, a: f32) -> f32 {
    let h = high_bits(a);
    let e = exp_split(-0.5 * h * h, -0.5 * (a - h) * (a + h));
    return fma(v, e.x, v) * power_of_two(e.y + gauss_shift());
}
