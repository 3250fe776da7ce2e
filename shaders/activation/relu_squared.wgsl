// Squared ReLU: max(0, x)^2.

fn relu_squared(x: f32) -> f32 {
    let r = max(x, 0.0);
    return r * r;
}

fn relu_squared_dx(x: f32) -> f32 {
    return 2.0 * max(x, 0.0);
}
