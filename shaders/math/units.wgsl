// Units that keep exponentials normal until the result may be subnormal, with their exponents, and where what counts in them is 0.

// 2^-40, of sigmoids
fn gate_unit() -> f32 {
    return 9.094947e-13;
}

fn gate_shift() -> f32 {
    return 40.0;
}

fn gate_end() -> f32 {
    return -110.0;
}

// 2^-64, of falling exponentials
fn fall_unit() -> f32 {
    return 5.42101086e-20;
}

fn fall_shift() -> f32 {
    return 64.0;
}

// 2^-40, of the normal distribution
fn gauss_unit() -> f32 {
    return 9.094947e-13;
}

fn gauss_shift() -> f32 {
    return 40.0;
}
