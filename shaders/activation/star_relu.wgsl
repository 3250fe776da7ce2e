// StarReLU: scale max(0, x)^2 + bias.
// requires: math/opaque, math/wide

fn star_relu(x: f32, scale: f32, bias: f32) -> f32 {
    let r = max(x, 0.0);
    let near = min(r, 1e15);
    let s = wide_add(wide_mul(two_product(near, near), vec2<f32>(scale, 0.0)), vec2<f32>(bias, 0.0));
    return select(s.x, opaque(scale * r) * r + bias, r > 1e15);
}

fn star_relu_dx(x: f32, scale: f32, bias: f32) -> f32 {
    return opaque(2.0 * scale) * max(x, 0.0);
}

fn star_relu_dscale(x: f32, scale: f32, bias: f32) -> f32 {
    let r = max(x, 0.0);
    return r * r;
}

fn star_relu_dbias(x: f32, scale: f32, bias: f32) -> f32 {
    return 1.0;
}
