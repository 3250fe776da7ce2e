// As math/ratio, for results of 16 bits: what a device's quotients and roots lack is none of their digits.

fn inverse(b: f32) -> f32 {
    return 1.0 / b;
}

fn ratio(n: f32, b: f32) -> f32 {
    return n / b;
}

fn ratio_square(n: f32, b: f32) -> f32 {
    let r = 1.0 / b;
    return r * (n * r);
}

fn inverse_root(x: f32) -> f32 {
    return inverseSqrt(x);
}

fn root(x: f32) -> f32 {
    return sqrt(x);
}

fn reciprocal(b: f32) -> f32 {
    return 1.0 / b;
}

fn root_of_any(x: f32) -> f32 {
    return sqrt(x);
}
