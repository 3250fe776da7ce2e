// Arctangent: atan(x).
// requires: math/atan

fn atan_act(x: f32) -> f32 {
    return atan_stable(x);
}

// Beyond the clamp the derivative is subnormal.
fn atan_dx(x: f32) -> f32 {
    let a = min(abs(x), 1.8e19);
    return 1.0 / (1.0 + a * a);
}
