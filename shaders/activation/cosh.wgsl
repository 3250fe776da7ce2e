// The hyperbolic cosine: cosh(x). The function's name is WGSL's, hence the suffix.
// requires: math/sinh

fn cosh_act(x: f32) -> f32 {
    return cosh_stable(x);
}

fn cosh_dx(x: f32) -> f32 {
    return sinh_stable(x);
}
