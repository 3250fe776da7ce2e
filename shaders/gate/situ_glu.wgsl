// SiTU-GLU: a' sigmoid(a) b' with a' = beta tanh(a / beta) and b' = beta2 tanh(b / beta2), or b for an infinite beta2.
// requires: activation/softcap, math/exp, math/gate, math/gradient, math/ratio

fn situ_glu_gate(a: f32, beta: f32) -> f32 {
    return gate(softcap(a, beta), vec2<f32>(a, 0.0));
}

// sigmoid(a) (1 / cosh(a / beta)^2 + a' sigmoid(-a))
fn situ_glu_slope(a: f32, beta: f32) -> f32 {
    let p = gate_parts(vec2<f32>(a, 0.0));
    let left = a < 0.0;
    let other = select(p.z, 1.0, left) * inverse(1.0 + p.z);
    let sum = softcap_dx(a, beta) + softcap(a, beta) * other;
    return mul_exp2(select(sum, sum * p.x, left) * inverse(1.0 + p.z), select(0.0, p.y, left));
}

fn situ_glu(a: f32, b: f32, beta: f32, beta2: f32) -> f32 {
    return situ_glu_gate(a, beta) * softcap(b, beta2);
}

fn situ_glu_da(a: f32, b: f32, dy: f32, beta: f32, beta2: f32) -> f32 {
    return gradient2(dy, softcap(b, beta2), situ_glu_slope(a, beta));
}

fn situ_glu_db(a: f32, b: f32, dy: f32, beta: f32, beta2: f32) -> f32 {
    return gradient2(dy, softcap_dx(b, beta2), situ_glu_gate(a, beta));
}
