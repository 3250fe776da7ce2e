// Scores of experts: sqrt(softplus(x)), each by itself.
// requires: activation/sqrt_softplus

fn top_k_sqrt_softplus(x: f32, m: f32, sum: f32) -> f32 {
    return sqrt_softplus(x);
}

fn top_k_sqrt_softplus_dx(x: f32, m: f32, sum: f32, ds: f32, dot: f32) -> f32 {
    return sqrt_softplus_dx(x) * ds;
}
