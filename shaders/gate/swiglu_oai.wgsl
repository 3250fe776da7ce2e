// SwiGLU of gpt-oss: a' sigmoid(alpha a') (b' + 1) with a' = min(a, limit) and b' limited to [-limit, limit].
// requires: activation/swish, math/gradient

fn swiglu_oai_value(b: f32, limit: f32) -> f32 {
    return max(min(b, limit), -limit) + 1.0;
}

fn swiglu_oai(a: f32, b: f32, alpha: f32, limit: f32) -> f32 {
    return swish(min(a, limit), alpha) * swiglu_oai_value(b, limit);
}

fn swiglu_oai_da(a: f32, b: f32, dy: f32, alpha: f32, limit: f32) -> f32 {
    return select(0.0, gradient2(dy, swiglu_oai_value(b, limit), swish_dx(a, alpha)), a < limit);
}

fn swiglu_oai_db(a: f32, b: f32, dy: f32, alpha: f32, limit: f32) -> f32 {
    return select(0.0, gradient(dy, swish(min(a, limit), alpha)), abs(b) < limit);
}
