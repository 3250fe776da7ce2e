// Threshold: x for x > threshold, otherwise value.

fn threshold(x: f32, threshold: f32, value: f32) -> f32 {
    return select(value, x, x > threshold);
}

fn threshold_dx(x: f32, threshold: f32, value: f32) -> f32 {
    return select(0.0, 1.0, x > threshold);
}
