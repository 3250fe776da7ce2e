// The exponential function less 1: exp(x) - 1, without cancellation next to 0.
// requires: math/exp, math/expm1

fn expm1(x: f32) -> f32 {
    return expm1_stable(x);
}

fn expm1_dx(x: f32) -> f32 {
    return exp_stable(x);
}

// Loses digits as y nears -1.
fn expm1_dx_from_y(y: f32) -> f32 {
    return y + 1.0;
}
