// CReLU: (relu(x), relu(-x)).

fn crelu(x: f32) -> vec2<f32> {
    return vec2<f32>(select(0.0, x, x > 0.0), select(0.0, -x, x < 0.0));
}

// The gradient from those of the two values.
fn crelu_dx(x: f32, dy1: f32, dy2: f32) -> f32 {
    return select(select(0.0, -dy2, x < 0.0), dy1, x > 0.0);
}
