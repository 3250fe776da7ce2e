// SwiGLU with limited inputs: a' sigmoid(alpha a') (b' + offset) with a' = min(a, limit) and b' limited to [-limit, limit].
// requires: activation/swish, math/gradient

fn swiglu_clamp_value(b: f32, limit: f32, offset: f32) -> f32 {
    return max(min(b, limit), -limit) + offset;
}

fn swiglu_clamp(a: f32, b: f32, alpha: f32, limit: f32, offset: f32) -> f32 {
    return swish(min(a, limit), alpha) * swiglu_clamp_value(b, limit, offset);
}

fn swiglu_clamp_da(a: f32, b: f32, dy: f32, alpha: f32, limit: f32, offset: f32) -> f32 {
    return select(0.0, gradient2(dy, swiglu_clamp_value(b, limit, offset), swish_dx(a, alpha)), a < limit);
}

fn swiglu_clamp_db(a: f32, b: f32, dy: f32, alpha: f32, limit: f32, offset: f32) -> f32 {
    return select(0.0, gradient(dy, swish(min(a, limit), alpha)), abs(b) < limit);
}
