// Sparse plus: 0 for x <= -1, x for x >= 1, (x + 1)^2 / 4 between.

fn sparse_plus(x: f32) -> f32 {
    let h = 0.5 * clamp(x + 1.0, 0.0, 2.0);
    return select(h * h, x, x >= 1.0);
}

fn sparse_plus_dx(x: f32) -> f32 {
    return clamp(0.5 * (x + 1.0), 0.0, 1.0);
}
