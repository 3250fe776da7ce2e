// ELiSH: x sigmoid(x) for x >= 0, otherwise (exp(x) - 1) sigmoid(x).
// requires: math/exp, math/expm1, math/gate, math/ratio

fn elish(x: f32) -> f32 {
    let p = exp_parts(min(x, 0.0), 0.0);
    let left = expm1_fall(min(x, 0.0), 0.0) * p.x * inverse(1.0 + mul_exp2(p.x, p.y));
    return select(mul_exp2(left, p.y), gate_near(x, vec2<f32>(x, 0.0)), x >= 0.0);
}

// e (e^2 + 2e - 1) / (1 + e)^2 on the left, with e = exp(x).
fn elish_dx(x: f32) -> f32 {
    let p = exp_parts(min(x, 0.0), 0.0);
    let e = mul_exp2(p.x, p.y);
    let s = e * (2.0 + e);
    let right = gate_dx(vec2<f32>(x, 0.0), vec2<f32>(x, 0.0));
    return select(mul_exp2((s - 1.0) * inverse(1.0 + s) * p.x, p.y), right, x >= 0.0);
}
