// As math/cubic, for results of 16 bits.

fn gelu_tanh_z(x: f32) -> vec2<f32> {
    let v = clamp(x, -12.0, 12.0);
    return vec2<f32>(v * (1.59576912 + 0.0713548163 * (v * v)), 0.0);
}
