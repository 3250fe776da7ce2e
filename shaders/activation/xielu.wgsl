// xIELU: alpha_p x^2 + beta x for x > 0, otherwise alpha_n (exp(min(x, eps)) - 1 - x) + beta x.
// requires: math/exp_wide, math/product

// exp(m) - 1
fn xielu_expm1(m: f32) -> vec2<f32> {
    return exp_line(vec2<f32>(-1.0, 0.0), vec2<f32>(1.0, 0.0), exp_wide(vec2<f32>(m, 0.0)));
}

// exp(m) - 1 - x with m = min(x, eps): from -1/16 on by the series m^2 (1/2 + m (1/6 + m (1/24 + ...))).
fn xielu_excess(x: f32, eps: f32) -> vec2<f32> {
    let m = max(min(x, eps), -1e15);
    let s = max(m, -0.0625);
    let fourth = wide(0.0416666679, -1.24176343e-9 + s * (0.00833333377 + s * (0.00138888892 + s * 0.000198412701)));
    let sixth = wide_add(vec2<f32>(0.166666672, -4.96705373e-9), wide_mul(vec2<f32>(s, 0.0), fourth));
    let half = wide_add(vec2<f32>(0.5, 0.0), wide_mul(vec2<f32>(s, 0.0), sixth));
    let near = wide_mul(two_product(s, s), half);
    let far = wide_add(xielu_expm1(m), vec2<f32>(-m, 0.0));
    return wide_add(select(far, near, m > -0.0625), two_sum(m, -max(x, -1e15)));
}

fn xielu(x: f32, alpha_p: f32, alpha_n: f32, beta: f32, eps: f32) -> f32 {
    let right = x * product_sum(x, alpha_p, beta, 0.0);
    let v = clamp(x, -1e15, 0.0);
    let s = wide_add(wide_mul(xielu_excess(v, eps), vec2<f32>(alpha_n, 0.0)), two_product(beta, v));
    let slope = beta - alpha_n;
    let left = select(s.x, select(slope * x, 0.0, slope == 0.0) - alpha_n, x < -1e15);
    return select(left, right, x > 0.0);
}

fn xielu_dx(x: f32, alpha_p: f32, alpha_n: f32, beta: f32, eps: f32) -> f32 {
    let right = product_sum(x, 2.0 * alpha_p, beta, 0.0);
    let s = wide_add(wide_mul(xielu_expm1(min(x, 0.0)), vec2<f32>(alpha_n, 0.0)), vec2<f32>(beta, 0.0));
    return select(select(beta - alpha_n, s.x, x < eps), right, x > 0.0);
}

fn xielu_dalpha_p(x: f32, alpha_p: f32, alpha_n: f32, beta: f32, eps: f32) -> f32 {
    let r = max(x, 0.0);
    return r * r;
}

fn xielu_dalpha_n(x: f32, alpha_p: f32, alpha_n: f32, beta: f32, eps: f32) -> f32 {
    let s = xielu_excess(min(x, 0.0), eps);
    return select(select(s.x, -x, x < -1e15), 0.0, x > 0.0);
}
