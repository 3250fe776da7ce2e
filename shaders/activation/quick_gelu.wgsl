// Quick GELU: x sigmoid(1.702 x).
// requires: math/gate, math/product

// 1.702 x as hi + lo; 1.702 = 1.70166016 + 0.00033984374, the first with 12 bits, the rest to 36.
fn quick_gelu_z(x: f32) -> vec2<f32> {
    let v = finite(x);
    let h = high_bits(v);
    return vec2<f32>(h * 1.70166016, h * 0.00033984374 + (v - h) * 1.702);
}

fn quick_gelu(x: f32) -> f32 {
    return gate_near(x, quick_gelu_z(x));
}

fn quick_gelu_dx(x: f32) -> f32 {
    let z = quick_gelu_z(x);
    return gate_dx(z, z);
}
