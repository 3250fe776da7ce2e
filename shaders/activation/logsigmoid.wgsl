// Log-sigmoid: log(1 / (1 + exp(-x))) = -softplus(-x).
// requires: math/softplus, math/gate, math/expm1

fn logsigmoid(x: f32) -> f32 {
    return min(x, 0.0) - softplus_excess(x, 0.0);
}

fn logsigmoid_dx(x: f32) -> f32 {
    return sigmoid_of(vec2<f32>(-x, 0.0));
}

fn logsigmoid_dx_from_y(y: f32) -> f32 {
    return -expm1_stable(y);
}
