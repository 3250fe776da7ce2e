// Arctangent: atan(x).
// requires: math/atan, math/ratio

fn atan_act(x: f32) -> f32 {
    return atan_stable(x);
}

// From 2^63 on the derivative is below the smallest normal number.
fn atan_dx(x: f32) -> f32 {
    let a = min(abs(x), 9.223372e18);
    return select(inverse(1.0 + a * a), 0.0, abs(x) > 9.223372e18);
}
