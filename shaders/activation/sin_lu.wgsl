// SinLU: (x + alpha sin(beta x)) sigmoid(x).
// requires: math/exp, math/gate, math/opaque, math/ratio, math/sincos

fn sin_lu(x: f32, alpha: f32, beta: f32) -> f32 {
    return gate(x + alpha * sine_beside(x, beta), vec2<f32>(x, 0.0));
}

// sigmoid(x) (p + q sigmoid(-x)) with q = x + alpha sin(beta x) and p = 1 + alpha beta cos(beta x), whose terms are positive
// for 0 <= alpha beta <= 1.
fn sin_lu_dx(x: f32, alpha: f32, beta: f32) -> f32 {
    let r = angle(x, beta);
    let p = opaque(1.0 - alpha * beta) + alpha * beta * versine_angle(quarter_turns(r, 2.0));
    let q = clamp(x, -1e30, 1e30) + alpha * sincos_angle(r).x;
    let e = gate_parts(vec2<f32>(x, 0.0));
    let left = x < 0.0;
    let sum = select(p + (p + q) * e.z, ((p + q) + p * e.z) * e.x, left);
    let slope = mul_exp2(sum * inverse(1.0 + e.z * (2.0 + e.z)), select(0.0, e.y, left));
    return no_limit(max(x, 0.0), slope);
}

fn sin_lu_dalpha(x: f32, alpha: f32, beta: f32) -> f32 {
    return no_limit(max(x, 0.0), gate(sincos(x, beta).x, vec2<f32>(x, 0.0)));
}

fn sin_lu_dbeta(x: f32, alpha: f32, beta: f32) -> f32 {
    return no_limit(max(x, 0.0), gate(alpha * (x * sincos(x, beta).y), vec2<f32>(x, 0.0)));
}
