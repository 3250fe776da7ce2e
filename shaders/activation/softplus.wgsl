// Softplus: log(1 + exp(beta x)) / beta.
// requires: math/softplus, math/product, math/gate, math/expm1

fn softplus(x: f32, beta: f32) -> f32 {
    let z = product(x, beta);
    return select(0.0, x, z.x > 0.0) + softplus_excess(z.x, z.y) / beta;
}

fn softplus_dx(x: f32, beta: f32) -> f32 {
    return gate_near(1.0, product(x, beta));
}

fn softplus_dx_from_y(y: f32, beta: f32) -> f32 {
    let z = product(y, beta);
    return -expm1_sum(-z.x, -z.y);
}
