// CELU: x for x > 0, otherwise alpha (exp(x / alpha) - 1).
// requires: math/exp, math/expm1, math/product, math/ratio

fn celu(x: f32, alpha: f32) -> f32 {
    let q = quotient(min(x, 0.0), alpha);
    // So near to 0 the curve is the line, and the quotient may be subnormal.
    return select(alpha * expm1_sum(q.x, q.y), x, x > 0.0 || abs(q.x) < 1e-10);
}

fn celu_dx(x: f32, alpha: f32) -> f32 {
    let q = quotient(min(x, 0.0), alpha);
    return select(exp_sum(q.x, q.y), 1.0, x > 0.0);
}

// For alpha > 0, where y has the sign of x. Loses digits as y nears -alpha.
fn celu_dx_from_y(y: f32, alpha: f32) -> f32 {
    return select((y + alpha) * inverse(alpha), 1.0, y > 0.0);
}

fn celu_dx_tf(x: f32, alpha: f32) -> f32 {
    return select(celu_dx(x, alpha), 2.0, x == 0.0);
}
