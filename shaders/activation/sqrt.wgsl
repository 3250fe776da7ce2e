// The square root: sqrt(x). The function's name is WGSL's, hence the suffix.
// requires: math/domain

fn sqrt_act(x: f32) -> f32 {
    let low = is_low(x);
    return undefined_below(sqrt(select(x, lifted(x), low)) * select(1.0, 2.32830644e-10, low), x); // 2^-32
}

fn sqrt_dx(x: f32) -> f32 {
    let low = is_low(x);
    return pole(inverseSqrt(select(x, lifted(x), low)) * select(0.5, 2147483648.0, low), x, 0x7f800000u);
}

fn sqrt_dx_from_y(y: f32) -> f32 {
    return pole(0.5 / y, y, 0x7f800000u);
}
