// NecroReLU: ReLU forward; backward lets `leak` of the gradient through for x <= 0, so that dead units can come back.

fn necro_relu(x: f32, leak: f32) -> f32 {
    return select(0.0, x, x > 0.0);
}

fn necro_relu_dx(x: f32, leak: f32) -> f32 {
    return select(leak, 1.0, x > 0.0);
}

fn necro_relu_dx_from_y(y: f32, leak: f32) -> f32 {
    return select(leak, 1.0, y > 0.0);
}
