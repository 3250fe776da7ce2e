// Clipped GELU: GELU limited to [-10, 10]. It has no value below -0.17.
// requires: activation/gelu

fn clipped_gelu(x: f32) -> f32 {
    return min(gelu(x), 10.0);
}

fn clipped_gelu_dx(x: f32) -> f32 {
    return select(0.0, gelu_dx(x), x < 10.0);
}
