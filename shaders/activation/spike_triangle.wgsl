// Spike: 1 for x > 0, otherwise 0; the gradient is gamma max(0, 1 - |x|).

fn spike_triangle(x: f32, gamma: f32) -> f32 {
    return select(0.0, 1.0, x > 0.0);
}

fn spike_triangle_dx(x: f32, gamma: f32) -> f32 {
    return gamma * max(1.0 - abs(x), 0.0);
}
