// The reciprocal square root: 1 / sqrt(x).
// requires: math/domain

fn rsqrt(x: f32) -> f32 {
    let low = is_low(x);
    return pole(inverseSqrt(select(x, lifted(x), low)) * select(1.0, 4294967296.0, low), x, 0x7f800000u);
}

// Infinite from 2^-86 down, and so for every x that must be lifted.
fn rsqrt_dx(x: f32) -> f32 {
    return pole(-0.5 * inverseSqrt(x) / x, x, 0xff800000u);
}

fn rsqrt_dx_from_y(y: f32) -> f32 {
    return -0.5 * y * y * y;
}
