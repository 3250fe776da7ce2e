// exp(-exp(x)), whose exponent keeps a low part.
// requires: math/exp, math/exp_fine, math/product

// exp(x) as hi + lo; from 80 on it saturates.
fn stable_exp_inner(x: f32) -> vec2<f32> {
    let e = exp_fine(x, 0.0);
    return sum2(mul_exp2(e.x, e.z), mul_exp2(e.y, e.z));
}

fn stable_exp(x: f32) -> f32 {
    let e = stable_exp_inner(x);
    return exp_sum(-e.x, -e.y);
}

// -exp(x - exp(x)): one exponential, as each has an error of its own
fn stable_exp_dx(x: f32) -> f32 {
    let e = stable_exp_inner(x);
    let z = sum2(min(x, 80.0), -e.x);
    return -exp_sum(z.x, z.y - e.y);
}
