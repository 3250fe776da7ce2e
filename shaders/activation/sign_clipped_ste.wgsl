// Sign with the clipped straight-through estimator: the gradient passes for |x| <= 1.

fn sign_clipped_ste(x: f32) -> f32 {
    return select(select(0.0, -1.0, x < 0.0), 1.0, x > 0.0);
}

fn sign_clipped_ste_dx(x: f32) -> f32 {
    return select(0.0, 1.0, abs(x) <= 1.0);
}
