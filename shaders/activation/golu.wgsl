// GoLU: x alpha exp(-u), u = beta exp(-gamma x). What goes into an exponential is kept as hi + lo.
// requires: math/exp, math/exp_fine, math/opaque, math/parts, math/product

// u for z = gamma x; from 2^60 beta on it saturates.
fn golu_u(z: vec2<f32>, beta: f32) -> vec2<f32> {
    let e = exp_fine(-z.x, -z.y);
    let n = min(e.z, 60.0);
    let p = product_parts(e.x, beta);
    return sum2(mul_exp2(p.x, n), mul_exp2(p.y + beta * e.y, n));
}

fn golu(x: f32, alpha: f32, beta: f32, gamma: f32) -> f32 {
    let u = golu_u(product(x, gamma), beta);
    let g = exp_parts(-u.x, -u.y);
    return mul_exp2(select(x, finite(x), g.y < 0.0) * opaque(g.x * alpha), g.y);
}

// alpha exp(-u) (1 + z u), exactly where the two terms cancel
fn golu_dx(x: f32, alpha: f32, beta: f32, gamma: f32) -> f32 {
    let z = product(x, gamma);
    let u = golu_u(z, beta);
    let g = exp_parts(-u.x, -u.y);
    let v = clamp(z.x, -1e3, 1e3);
    let w = min(u.x, 1e3);
    let p = product_parts(v, w);
    let rest = select(v * u.y, 0.0, u.x > 1e3) + select(z.y * w, 0.0, abs(z.x) > 1e3);
    return mul_exp2(alpha * (g.x * ((1.0 + p.x) + (p.y + rest))), g.y);
}

// (m, n) with exp(-z - u) = m 2^n
fn golu_fall(x: f32, beta: f32, gamma: f32) -> vec2<f32> {
    let z = product(x, gamma);
    let u = golu_u(z, beta);
    let s = sum2(min(-z.x, 200.0), -u.x);
    return exp_parts(s.x, s.y - (select(z.y, 0.0, z.x < -200.0) + u.y));
}

fn golu_dalpha(x: f32, alpha: f32, beta: f32, gamma: f32) -> f32 {
    return golu(x, 1.0, beta, gamma);
}

fn golu_dbeta(x: f32, alpha: f32, beta: f32, gamma: f32) -> f32 {
    let e = golu_fall(x, beta, gamma);
    return mul_exp2(opaque(-alpha * e.x) * finite(x), e.y);
}

// alpha beta x^2 exp(-z - u); the exponent goes in halves, as x^2 may leave the range alone.
fn golu_dgamma(x: f32, alpha: f32, beta: f32, gamma: f32) -> f32 {
    let e = golu_fall(x, beta, gamma);
    let half = trunc(0.5 * e.y);
    let v = finite(x);
    return mul_exp2(mul_exp2(opaque(alpha * beta * e.x) * v, half) * v, e.y - half);
}
