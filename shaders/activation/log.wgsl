// The natural logarithm: log(x). The function's name is WGSL's, hence the suffix.
// requires: math/domain, math/log

fn log_act(x: f32) -> f32 {
    let low = is_low(x);
    let y = log_sum(0.0, select(x, lifted(x), low), select(0.0, -64.0, low));
    return pole(select(y, x, x > 3.4028234e38), x, 0xff800000u);
}

fn log_dx(x: f32) -> f32 {
    let low = is_low(x);
    return pole(select(1.0, 18446744073709551616.0, low) / select(x, lifted(x), low), x, 0x7f800000u);
}
