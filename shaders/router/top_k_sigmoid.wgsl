// Scores of experts: sigmoid(x), each by itself.
// requires: activation/sigmoid

fn top_k_sigmoid(x: f32, m: f32, sum: f32) -> f32 {
    return sigmoid(x);
}

fn top_k_sigmoid_dx(x: f32, m: f32, sum: f32, ds: f32, dot: f32) -> f32 {
    return sigmoid_dx(x) * ds;
}
