// Quick GELU: x sigmoid(1.702 x).
// requires: math/gate, math/quick

fn quick_gelu(x: f32) -> f32 {
    return gate_times(x, quick_gelu_scaled(x));
}

fn quick_gelu_dx(x: f32) -> f32 {
    let t = clamp(x, -64.0, 64.0);
    return gate_slope(vec2<f32>(1.702 * t, 0.0), quick_gelu_scaled(x));
}
