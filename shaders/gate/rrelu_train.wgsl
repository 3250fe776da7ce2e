// RReLU in training: a for a > 0, otherwise a b, where b is the noise.
// requires: math/gradient

fn rrelu_train(a: f32, b: f32) -> f32 {
    return select(a * b, a, bitcast<i32>(a) > 0);
}

fn rrelu_train_da(a: f32, b: f32, dy: f32) -> f32 {
    return gradient(dy, select(b, 1.0, a > 0.0));
}

fn rrelu_train_db(a: f32, b: f32, dy: f32) -> f32 {
    return gradient(dy, select(a, 0.0, a > 0.0));
}
