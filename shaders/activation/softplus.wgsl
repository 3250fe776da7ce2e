// Softplus: log(1 + exp(beta x)) / beta.
// requires: math/exp, math/log1p, math/product, math/gate, math/expm1

fn softplus(x: f32, beta: f32) -> f32 {
    let z = product(x, beta);
    let u = exp_falling(-abs(z.x), select(-z.y, z.y, z.x < 0.0));
    // Far out the logarithm is exp(-|z|), which beta may lift from below the smallest normal number.
    let far = abs(z.x) > 24.0;
    let excess = select(log1p_unit(5.42101086e-20 * u), u, far) / beta;
    return select(0.0, x, z.x > 0.0) + select(excess, 5.42101086e-20 * excess, far);
}

fn softplus_dx(x: f32, beta: f32) -> f32 {
    return gate_near(1.0, product(x, beta));
}

fn softplus_dx_from_y(y: f32, beta: f32) -> f32 {
    let z = product(y, beta);
    return -expm1_sum(-z.x, -z.y);
}
