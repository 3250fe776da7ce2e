// RReLU after training: x for x > 0, otherwise (lower + upper) / 2 x.
// requires: math/opaque

fn rrelu(x: f32, lower: f32, upper: f32) -> f32 {
    return select(opaque(0.5 * (lower + upper)) * x, x, x > 0.0);
}

fn rrelu_dx(x: f32, lower: f32, upper: f32) -> f32 {
    return select(0.5 * (lower + upper), 1.0, x > 0.0);
}
