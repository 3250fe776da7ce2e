// PELU: a/b x for x >= 0, otherwise a (exp(x/b) - 1), with trained a and b > 0.
// requires: math/exp, math/expm1, math/product, math/ratio

fn pelu(x: f32, a: f32, b: f32) -> f32 {
    let q = quotient(min(x, 0.0), b);
    // So near to 0 the curve is the line, and the quotient may be subnormal.
    return select(a * expm1_fall(q.x, q.y), a * inverse(b) * x, x >= 0.0 || abs(q.x) < 1e-10);
}

fn pelu_dx(x: f32, a: f32, b: f32) -> f32 {
    let q = quotient(min(x, 0.0), b);
    let e = exp_parts(q.x, q.y);
    return mul_exp2(a * inverse(b) * e.x, e.y);
}

fn pelu_da(x: f32, a: f32, b: f32) -> f32 {
    let q = quotient(min(x, 0.0), b);
    return select(expm1_fall(q.x, q.y), x * inverse(b), x >= 0.0 || abs(q.x) < 1e-10);
}

// -a/b (x/b) exp(min(x/b, 0))
fn pelu_db(x: f32, a: f32, b: f32) -> f32 {
    let q = quotient(min(x, 0.0), b);
    let e = exp_parts(q.x, q.y);
    return -select(mul_exp2(a * inverse(b) * (max(q.x, -200.0) * e.x), e.y), a * inverse(b) * (x * inverse(b)), x >= 0.0);
}
