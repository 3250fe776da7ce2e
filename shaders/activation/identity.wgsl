// Identity: x.

fn identity(x: f32) -> f32 {
    return x;
}

fn identity_dx(x: f32) -> f32 {
    return 1.0;
}

fn identity_dx_from_y(y: f32) -> f32 {
    return 1.0;
}
