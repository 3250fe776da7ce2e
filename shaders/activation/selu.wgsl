// SELU: scale x for x > 0, otherwise scale alpha (exp(x) - 1).
// requires: math/exp, math/expm1, math/opaque, math/product_sum

fn selu(x: f32, alpha: f32, scale: f32) -> f32 {
    return scale * select(alpha * expm1_fall(min(x, 0.0), 0.0), x, x > 0.0);
}

fn selu_dx(x: f32, alpha: f32, scale: f32) -> f32 {
    let e = exp_low(min(x, 0.0), 0.0);
    return select(opaque(scale * alpha * e.x) * e.y, scale, x > 0.0);
}

// For alpha and scale >= 0. Loses digits as y nears -scale alpha.
fn selu_dx_from_y(y: f32, alpha: f32, scale: f32) -> f32 {
    return select(product_sum(scale, alpha, y, 0.0), scale, y > 0.0);
}

fn selu_dx_tf(x: f32, alpha: f32, scale: f32) -> f32 {
    return select(selu_dx(x, alpha, scale), scale, x >= 0.0);
}
