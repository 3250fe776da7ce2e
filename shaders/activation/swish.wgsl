// Swish: x sigmoid(beta x), with a beta that may be trained.
// requires: math/exp, math/gate, math/parts, math/product, math/ratio

fn swish(x: f32, beta: f32) -> f32 {
    return gate(x, product(x, beta));
}

fn swish_dx(x: f32, beta: f32) -> f32 {
    let z = product(x, beta);
    return gate_dx(z, z);
}

// x^2 sigmoid'(beta x); the exponent goes in halves, so that neither x^2 nor exp(-|beta x|) leaves the range alone.
fn swish_dbeta(x: f32, beta: f32) -> f32 {
    let p = gate_parts(product(x, beta));
    let half = trunc(0.5 * p.y);
    let v = finite(x);
    return mul_exp2(mul_exp2(p.x * inverse(1.0 + p.z * (2.0 + p.z)) * v, half) * v, p.y - half);
}
