// Parametric softplus: alpha log(1 + exp(beta x)). The left tail keeps a mantissa and an exponent until alpha is multiplied in.
// requires: math/exp, math/gate, math/log1p, math/opaque, math/product

fn parametric_softplus(x: f32, alpha: f32, beta: f32) -> f32 {
    let z = product(x, beta);
    let p = gate_parts(z);
    let excess = mul_exp2(alpha * (p.x + p.x * log1p_tilt(p.z)), p.y);
    return select(0.0, opaque(alpha * beta) * x, z.x > 0.0) + excess;
}

fn parametric_softplus_dx(x: f32, alpha: f32, beta: f32) -> f32 {
    return gate(alpha * beta, product(x, beta));
}

fn parametric_softplus_dalpha(x: f32, alpha: f32, beta: f32) -> f32 {
    return parametric_softplus(x, 1.0, beta);
}

fn parametric_softplus_dbeta(x: f32, alpha: f32, beta: f32) -> f32 {
    // Half of what may overflow, but nothing less of what may be subnormal.
    let small = abs(x) < 1.0;
    return gate(alpha * select(0.5 * x, x, small), product(x, beta)) * select(2.0, 1.0, small);
}
