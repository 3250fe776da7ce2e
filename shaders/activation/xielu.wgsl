// xIELU: alpha_p x^2 + beta x for x > 0, otherwise alpha_n (exp(min(x, eps)) - 1 - x) + beta x.
// requires: math/exp, math/exp_core, math/opaque, math/product_sum

// (exp(m) - 1, exp(m) - 1 - m) for m <= 0: down to -ln(2) / 2 by a minimax polynomial (error 2^-28), below as exact
// differences with what exp's reduction leaves.
fn xielu_fall(m: f32) -> vec2<f32> {
    let e = exp_split(max(m, -80.0), 0.0);
    let power = raise_exp2(1.0, e.y, 0.0);
    let a = opaque(power - 1.0);
    let near = m * m * (0.5 + m * (0.166666403 + m * (0.0416605882 + m * (0.00828449707 + m * 0.00122646918))));
    let inner = e.y == 0.0;
    return vec2<f32>(select(fma(power, e.x, a), m + near, inner), select(fma(power, e.x, opaque(a - m)), near, inner));
}

// Up to -1.5 exp(m) - 1 - x is the larger term, beyond exp(m) - 1 is the smaller one.
fn xielu(x: f32, alpha_p: f32, alpha_n: f32, beta: f32, eps: f32) -> f32 {
    let right = x * product_sum(x, alpha_p, beta, 0.0);
    let m = min(min(x, 0.0), eps);
    let f = xielu_fall(m);
    let slope = beta - alpha_n;
    let far = alpha_n * f.x + select(slope * x, 0.0, slope == 0.0);
    let left = select(far, alpha_n * (f.y + (m - x)) + beta * x, x > -1.5);
    return select(left, right, x > 0.0);
}

// Close to 0 beta and alpha_n (exp(x) - 1), further out beta - alpha_n and alpha_n exp(x).
fn xielu_dx(x: f32, alpha_p: f32, alpha_n: f32, beta: f32, eps: f32) -> f32 {
    let right = product_sum(x, 2.0 * alpha_p, beta, 0.0);
    let e = exp_reduce(min(x, 0.0), 0.0);
    let far = (beta - alpha_n) + mul_exp2(alpha_n * (1.0 + e.x), e.y);
    let left = select(far, beta + alpha_n * e.x, e.y == 0.0);
    return select(select(beta - alpha_n, left, x < eps), right, x > 0.0);
}

fn xielu_dalpha_p(x: f32, alpha_p: f32, alpha_n: f32, beta: f32, eps: f32) -> f32 {
    let r = max(x, 0.0);
    return r * r;
}

fn xielu_dalpha_n(x: f32, alpha_p: f32, alpha_n: f32, beta: f32, eps: f32) -> f32 {
    let m = min(x, eps);
    return select(xielu_fall(m).y + select(0.0, eps - x, x > eps), 0.0, x > 0.0);
}
