// SwiGLU with limited factors: min(silu(a), limit) min(max(b, -limit), limit).
// requires: activation/silu, math/exp, math/gradient

fn swiglu_step_value(b: f32, limit: f32) -> f32 {
    return max(min(b, limit), -limit);
}

fn swiglu_step(a: f32, b: f32, limit: f32) -> f32 {
    return min(silu(a), limit) * swiglu_step_value(b, limit);
}

// silu(a) < limit as a - limit < limit exp(-a), where nothing rounds that matters.
fn swiglu_step_da(a: f32, b: f32, dy: f32, limit: f32) -> f32 {
    let below = a - limit < limit * exp_stable(-max(a, -80.0));
    return select(0.0, gradient2(dy, swiglu_step_value(b, limit), silu_dx(a)), below);
}

fn swiglu_step_db(a: f32, b: f32, dy: f32, limit: f32) -> f32 {
    return select(0.0, gradient(dy, min(silu(a), limit)), abs(b) < limit);
}
