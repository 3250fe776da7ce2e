// The hyperbolic sine: sinh(x). The function's name is WGSL's, hence the suffix.
// requires: math/sinh

fn sinh_act(x: f32) -> f32 {
    return sinh_stable(x);
}

fn sinh_dx(x: f32) -> f32 {
    return cosh_stable(x);
}
