// Softplus: log(1 + exp(beta x)) / beta. Far out the logarithm is exp(-|z|), which beta may lift from below the smallest normal
// number: a factor of it waits until the end.
// requires: math/expm1, math/gate, math/log1p, math/product, math/ratio, math/units

fn softplus(x: f32, beta: f32) -> f32 {
    let z = product(x, beta);
    let e = gate_units(z);
    let unit = fall_unit() * inverse(beta);
    return select(0.0, x, z.x > 0.0) + fma(e.x, log1p_tilt(e.y), e.x) * unit;
}

fn softplus_dx(x: f32, beta: f32) -> f32 {
    return sigmoid_of(product(x, beta));
}

fn softplus_dx_from_y(y: f32, beta: f32) -> f32 {
    let z = product(y, beta);
    return select(-expm1_sum(-z.x, -z.y), beta * y, abs(z.x) < 1e-10);
}
