// GELU, tanh form: x/2 (1 + tanh(u)) = x sigmoid(2u) with 2u = c1 x + c3 x^3.
// requires: math/cubic, math/gate, math/parts

fn gelu_tanh(x: f32) -> f32 {
    return gate_near(x, gelu_tanh_z(x));
}

// With x dz/dx = c1 x + 3 c3 x^3 = 3 z - 2 c1 x, where 2 c1 is 3.19140625 and a rest.
fn gelu_tanh_dx(x: f32) -> f32 {
    let z = gelu_tanh_z(x);
    let v = clamp(x, -12.0, 12.0);
    let h = high_bits(v);
    let rest = 3.0 * z.y - (3.19140625 * (v - h) + 0.000131993211 * v);
    return gate_slope_fine(vec2<f32>(2.0 * z.x, (z.x - 3.19140625 * h) + rest), gate_scaled(z));
}
