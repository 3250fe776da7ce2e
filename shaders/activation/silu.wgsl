// SiLU: x sigmoid(x).
// requires: math/gate

fn silu(x: f32) -> f32 {
    return gate_near(x, vec2<f32>(x, 0.0));
}

fn silu_dx(x: f32) -> f32 {
    return gate_dx(vec2<f32>(x, 0.0), vec2<f32>(x, 0.0));
}
