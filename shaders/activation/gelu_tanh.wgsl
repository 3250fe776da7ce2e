// GELU, tanh form: x/2 (1 + tanh(u)) = x sigmoid(2u) with 2u = c1 x + c3 x^3.
// requires: math/gate, math/opaque, math/product

// 2u = x w as hi + lo, w = c1 + c3 x^2: c1 = 2 sqrt(2 / pi), c3 = 0.044715 c1, both as a short part and a rest.
fn gelu_tanh_z(x: f32) -> vec2<f32> {
    let v = clamp(x, -12.0, 12.0); // 2u(12) = 142, where sigmoid is 1 or subnormal
    let h = high_bits(v);
    let s = h * h;
    let sh = high_bits(s);
    let rest = 0.0713500977 * (s - sh) + 4.71861631e-06 * s + (0.0713548139 * ((v - h) * (v + h)) + 1.93077895e-07);
    let wh = round((1.59576917 + 0.0713548139 * (v * v)) * 256.0) * 0.00390625; // 12 bits of w
    let wl = fma(0.0713500977, sh, opaque(1.59576893 - wh)) + rest;
    return vec2<f32>(h * wh, (v - h) * wh + v * wl);
}

fn gelu_tanh(x: f32) -> f32 {
    return gate_near(x, gelu_tanh_z(x));
}

// With x dz/dx = c1 x + 3 c3 x^3 = 3 z - 2 c1 x, where 2 c1 is 3.19140625 and a rest.
fn gelu_tanh_dx(x: f32) -> f32 {
    let z = gelu_tanh_z(x);
    let v = clamp(x, -12.0, 12.0);
    let h = high_bits(v);
    let rest = 3.0 * z.y - (3.19140625 * (v - h) + 0.000131993211 * v);
    return gate_dx(vec2<f32>(2.0 * z.x, (z.x - 3.19140625 * h) + rest), z);
}
