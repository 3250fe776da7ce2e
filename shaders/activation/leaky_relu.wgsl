// Leaky ReLU: x for x > 0, otherwise negative_slope x.

fn leaky_relu(x: f32, negative_slope: f32) -> f32 {
    return select(negative_slope * x, x, x > 0.0);
}

fn leaky_relu_dx(x: f32, negative_slope: f32) -> f32 {
    return select(negative_slope, 1.0, x > 0.0);
}

// For negative_slope >= 0, where y has the sign of x.
fn leaky_relu_dx_from_y(y: f32, negative_slope: f32) -> f32 {
    return select(negative_slope, 1.0, y > 0.0);
}

fn leaky_relu_dnegative_slope(x: f32, negative_slope: f32) -> f32 {
    return select(x, 0.0, x > 0.0);
}

fn leaky_relu_dx_jax(x: f32, negative_slope: f32) -> f32 {
    return select(negative_slope, 1.0, x >= 0.0);
}
