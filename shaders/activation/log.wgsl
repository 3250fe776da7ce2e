// The natural logarithm: log(x). The function's name is WGSL's, hence the suffix.
// requires: math/domain, math/log, math/ratio

fn log_act(x: f32) -> f32 {
    let low = is_low(x);
    let y = log_sum(0.0, select(x, lifted(x), low), select(0.0, -64.0, low));
    return pole(select(y, x, is_top(x)), x, 0xff800000u);
}

fn log_dx(x: f32) -> f32 {
    let low = is_low(x);
    return pole(select(1.0, 18446744073709551616.0, low) * reciprocal(select(x, lifted(x), low)), x, 0x7f800000u);
}
