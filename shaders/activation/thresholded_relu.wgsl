// Thresholded ReLU: x for x > theta, otherwise 0.

fn thresholded_relu(x: f32, theta: f32) -> f32 {
    return select(0.0, x, x > theta);
}

fn thresholded_relu_dx(x: f32, theta: f32) -> f32 {
    return select(0.0, 1.0, x > theta);
}

// For theta >= 0, where y = 0 only below the threshold.
fn thresholded_relu_dx_from_y(y: f32, theta: f32) -> f32 {
    return select(1.0, 0.0, y == 0.0);
}
