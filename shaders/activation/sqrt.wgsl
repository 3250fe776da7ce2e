// The square root: sqrt(x). The function's name is WGSL's, hence the suffix.
// requires: math/domain, math/ratio

fn sqrt_act(x: f32) -> f32 {
    let low = is_low(x);
    let high = x > 1e36;
    let v = select(select(x, 5.42101086e-20 * x, high), lifted(x), low);
    let y = root(v) * select(select(1.0, 4294967296.0, high), 2.32830644e-10, low); // 2^-32
    return undefined_below(select(y, x, x == 0.0 || is_top(x)), x);
}

fn sqrt_dx(x: f32) -> f32 {
    let low = is_low(x);
    let y = inverse_root(select(x, lifted(x), low)) * select(0.5, 2147483648.0, low);
    return pole(select(y, 0.0, is_top(x)), x, 0x7f800000u);
}

fn sqrt_dx_from_y(y: f32) -> f32 {
    return pole(0.5 * reciprocal(y), y, 0x7f800000u);
}
