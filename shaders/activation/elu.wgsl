// ELU: x for x > 0, otherwise alpha (exp(x) - 1).
// requires: math/exp, math/expm1, math/opaque

fn elu(x: f32, alpha: f32) -> f32 {
    return select(alpha * expm1_fall(min(x, 0.0), 0.0), x, x > 0.0);
}

// alpha may lift exp(x) from below the smallest normal number.
fn elu_dx(x: f32, alpha: f32) -> f32 {
    let e = exp_low(min(x, 0.0), 0.0);
    return select(opaque(alpha * e.x) * e.y, 1.0, x > 0.0);
}

// For alpha >= 0, where y has the sign of x. Loses digits as y nears -alpha.
fn elu_dx_from_y(y: f32, alpha: f32) -> f32 {
    return select(y + alpha, 1.0, y > 0.0);
}

fn elu_dalpha(x: f32, alpha: f32) -> f32 {
    return expm1_fall(min(x, 0.0), 0.0);
}
