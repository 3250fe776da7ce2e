// As math/normal, for results of 16 bits: the square rounds.
// requires: math/exp_core, math/units

fn gauss_exponent(a: f32, lo: f32) -> vec2<f32> {
    return vec2<f32>(-0.5 * (a * a), -a * lo);
}

fn gauss_sum(a: f32, lo: f32) -> vec2<f32> {
    let z = gauss_exponent(a, lo);
    let e = exp_split(z.x, z.y);
    return vec2<f32>(1.0 + e.x, e.y);
}

fn gauss_times(v: f32, a: f32) -> f32 {
    return v * exp_inner(-0.5 * (a * a), 0.0, gauss_shift());
}
