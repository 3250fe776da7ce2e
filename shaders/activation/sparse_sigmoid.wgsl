// Sparse sigmoid: (x + 1) / 2 limited to [0, 1].

fn sparse_sigmoid(x: f32) -> f32 {
    return clamp(0.5 * (x + 1.0), 0.0, 1.0);
}

fn sparse_sigmoid_dx(x: f32) -> f32 {
    return select(0.0, 0.5, x > -1.0 && x < 1.0);
}

fn sparse_sigmoid_dx_from_y(y: f32) -> f32 {
    return select(0.0, 0.5, y > 0.0 && y < 1.0);
}

fn sparse_sigmoid_dx_jax(x: f32) -> f32 {
    return select(sparse_sigmoid_dx(x), 0.25, abs(x) == 1.0);
}
