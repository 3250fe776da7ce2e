// GLU: a sigmoid(b).
// requires: activation/sigmoid, math/gradient, math/opaque

fn glu(a: f32, b: f32) -> f32 {
    return a * opaque(sigmoid(b));
}

fn glu_da(a: f32, b: f32, dy: f32) -> f32 {
    return gradient(dy, sigmoid(b));
}

fn glu_db(a: f32, b: f32, dy: f32) -> f32 {
    return gradient2(dy, a, sigmoid_dx(b));
}
