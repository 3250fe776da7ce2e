// NLReLU: ln(1 + beta max(0, x)), beta > 0.
// requires: math/domain, math/exp, math/log, math/opaque, math/ratio

fn nl_relu(x: f32, beta: f32) -> f32 {
    // Far out 1 does not matter, and beta x might overflow.
    let far = x > 1.8446744e19 && beta > 1e-6;
    let v = opaque(clamp(x, 0.0, 3.4028233e38) * select(1.0, 5.421010862427522e-20, far));
    let y = log_sum(select(1.0, 0.0, far), beta * v, select(0.0, 64.0, far));
    return select(y, x, is_top(x));
}

fn nl_relu_dx(x: f32, beta: f32) -> f32 {
    return select(0.0, inverse(inverse(beta) + clamp(x, 0.0, 8.507059e37)), x > 0.0 && x <= 8.507059e37);
}

fn nl_relu_dx_from_y(y: f32, beta: f32) -> f32 {
    let e = exp_parts(-max(y, 0.0), 0.0);
    return select(0.0, mul_exp2(beta * e.x, e.y), y > 0.0);
}
