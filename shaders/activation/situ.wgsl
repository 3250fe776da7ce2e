// SiTU: beta tanh(x / beta) sigmoid(x), a SiLU that saturates at beta.
// requires: activation/softcap, math/exp, math/gate

fn situ(x: f32, beta: f32) -> f32 {
    return gate(softcap(x, beta), vec2<f32>(x, 0.0));
}

// sigmoid(x) (1 / cosh(x / beta)^2 + beta tanh(x / beta) sigmoid(-x))
fn situ_dx(x: f32, beta: f32) -> f32 {
    let p = gate_parts(vec2<f32>(x, 0.0));
    let left = x < 0.0;
    let other = select(p.z, 1.0, left) / (1.0 + p.z);
    let sum = softcap_dx(x, beta) + softcap(x, beta) * other;
    return mul_exp2(select(sum, sum * p.x, left) / (1.0 + p.z), select(0.0, p.y, left));
}
