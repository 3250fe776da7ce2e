// Absolute value. The function's name is WGSL's, hence the suffix.

fn abs_act(x: f32) -> f32 {
    return abs(x);
}

fn abs_dx(x: f32) -> f32 {
    return select(select(0.0, -1.0, x < 0.0), 1.0, x > 0.0);
}

fn abs_dx_jax(x: f32) -> f32 {
    return select(1.0, -1.0, x < 0.0);
}
