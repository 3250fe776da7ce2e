// FATReLU: x for x > threshold, otherwise 0.
// requires: activation/thresholded_relu

fn fatrelu(x: f32, threshold: f32) -> f32 {
    return thresholded_relu(x, threshold);
}

fn fatrelu_dx(x: f32, threshold: f32) -> f32 {
    return thresholded_relu_dx(x, threshold);
}

// For threshold >= 0, where y = 0 only below it.
fn fatrelu_dx_from_y(y: f32, threshold: f32) -> f32 {
    return thresholded_relu_dx_from_y(y, threshold);
}
