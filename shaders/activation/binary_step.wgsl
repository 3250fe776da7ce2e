// Binary step: 1 for x > 0, otherwise 0. Its derivative is 0.

fn binary_step(x: f32) -> f32 {
    return select(0.0, 1.0, x > 0.0);
}

fn binary_step_dx(x: f32) -> f32 {
    return 0.0;
}

fn binary_step_dx_from_y(y: f32) -> f32 {
    return 0.0;
}
