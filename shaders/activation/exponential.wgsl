// Exponential: exp(x).
// requires: math/exp

fn exponential(x: f32) -> f32 {
    return exp_stable(x);
}

fn exponential_dx(x: f32) -> f32 {
    return exp_stable(x);
}

fn exponential_dx_from_y(y: f32) -> f32 {
    return y;
}
