// The natural logarithm of 1 + x: log(1 + x), with its digits next to 0; left of -1/2 the sum is exact.
// requires: math/domain, math/log, math/ratio

fn log1p(x: f32) -> f32 {
    let near = x > -0.5;
    let y = log_sum(select(0.0, 1.0, near), select(1.0 + x, x, near), 0.0);
    return pole(select(y, x, is_top(x)), 1.0 + x, 0xff800000u);
}

fn log1p_dx(x: f32) -> f32 {
    let v = 1.0 + x;
    return pole(reciprocal(v), v, 0x7f800000u);
}
