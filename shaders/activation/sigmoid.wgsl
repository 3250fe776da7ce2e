// Sigmoid: 1 / (1 + exp(-x)).
// requires: math/gate

fn sigmoid(x: f32) -> f32 {
    return sigmoid_of(vec2<f32>(x, 0.0));
}

fn sigmoid_dx(x: f32) -> f32 {
    let e = falling(-abs(x), 0.0).y;
    return sigmoid_dz(e, e);
}

// Loses digits from x = 12 on and is 0 from 16.7, where y rounds to 1.
fn sigmoid_dx_from_y(y: f32) -> f32 {
    return y * (1.0 - y);
}
