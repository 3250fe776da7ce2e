// As math/normal, for results of 16 bits: a shorter polynomial (error 2^-16.8).
// requires: math/exp_core, math/ratio

fn gauss_exponent(a: f32, lo: f32) -> vec2<f32> {
    return vec2<f32>(-0.5 * (a * a), -a * lo);
}

fn gauss_sum(a: f32, lo: f32) -> vec2<f32> {
    let z = gauss_exponent(a, lo);
    let e = exp_split(z.x, z.y);
    return vec2<f32>(1.0 + e.x, e.y);
}

fn gauss(a: f32) -> f32 {
    return exp_inner(-0.5 * (a * a), 0.0, 40.0);
}

fn mills(a: f32) -> f32 {
    let t = inverse(1.0 + 0.3 * a);
    let z = t * t;
    let low = (0.120067395 + t * 0.113815174) + z * (0.143904701 + t * -0.0164049789);
    return t * (low + (z * z) * (0.21556066 + t * -0.0769387335));
}

fn mills_times(a: f32) -> f32 {
    return a * mills(a);
}
