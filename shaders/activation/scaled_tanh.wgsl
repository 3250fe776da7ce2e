// Scaled tanh: alpha tanh(beta x).
// requires: math/exp, math/gate, math/opaque, math/product, math/ratio, math/tanh

fn scaled_tanh(x: f32, alpha: f32, beta: f32) -> f32 {
    let z = beta * x;
    // alpha may lift a tangent from below the smallest normal number.
    return select(alpha * tanh_stable(z), opaque(alpha * beta) * x, abs(z) < 1e-10);
}

// With its exponent apart until the end: the factors may lift a subnormal number.
fn scaled_tanh_dx(x: f32, alpha: f32, beta: f32) -> f32 {
    let p = gate_parts(product(x, 2.0 * beta));
    return mul_exp2((4.0 * alpha * beta) * (p.x * inverse(1.0 + p.z * (2.0 + p.z))), p.y);
}

// Loses digits as y nears +-alpha.
fn scaled_tanh_dx_from_y(y: f32, alpha: f32, beta: f32) -> f32 {
    return beta * inverse(alpha) * ((alpha - y) * (alpha + y));
}
