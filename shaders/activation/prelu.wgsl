// Parametric ReLU: x for x > 0, otherwise weight x, with a trained weight.

fn prelu(x: f32, weight: f32) -> f32 {
    return select(weight * x, x, x > 0.0);
}

fn prelu_dx(x: f32, weight: f32) -> f32 {
    return select(weight, 1.0, x > 0.0);
}

fn prelu_dweight(x: f32, weight: f32) -> f32 {
    return select(x, 0.0, x > 0.0);
}

fn prelu_dx_jax(x: f32, weight: f32) -> f32 {
    return select(weight, 1.0, x >= 0.0);
}
