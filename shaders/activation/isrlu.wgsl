// ISRLU: x for x >= 0, otherwise x / sqrt(1 + alpha x^2).
// requires: activation/isru

fn isrlu(x: f32, alpha: f32) -> f32 {
    return select(isru(min(x, 0.0), alpha), x, x >= 0.0);
}

fn isrlu_dx(x: f32, alpha: f32) -> f32 {
    return isru_dx(min(x, 0.0), alpha);
}
