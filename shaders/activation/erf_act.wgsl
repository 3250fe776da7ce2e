// ErfAct: x erf(t), t = alpha exp(z), z = beta x. Up to |t| = 1 exp(z) stays a mantissa and an exponent; for exp(-t^2) t is kept
// as hi + lo.
// requires: math/erf, math/exp, math/exp_fine, math/opaque, math/parts, math/product

fn erf_act(x: f32, alpha: f32, beta: f32) -> f32 {
    let z = product(x, beta);
    let p = exp_parts(min(z.x, 80.0), select(z.y, 0.0, z.x > 80.0));
    let m = alpha * p.x;
    let t = mul_exp2(m, p.y);
    let near = finite(x) * opaque(m + m * erf_excess(min(t * t, 1.0)));
    return select(x * erf_far(t), mul_exp2(near, p.y), abs(t) < 1.0);
}

// erf(t) + z t erf'(t); up to |t| = 1, over 2 / sqrt(pi) t, 1 + z stands alone before what vanishes with t.
fn erf_act_dx(x: f32, alpha: f32, beta: f32) -> f32 {
    let z = product(x, beta);
    let p = exp_parts(min(z.x, 80.0), select(z.y, 0.0, z.x > 80.0));
    let m = alpha * p.x;
    let t = mul_exp2(m, p.y);
    let q = min(t * t, 1.0);
    let g = erf_pair(abs(t));
    let hi = clamp(z.x, -1e30, 1e30);
    let lo = select(z.y, 0.0, abs(z.x) > 1e30);
    let v = hi + lo;
    let sum = (1.0 + hi) + (lo + (0.886226925 * erf_rest(q) + (v * erf_fall(q) - 5.19e-8 * v)));
    let far = select(g.x, -g.x, t < 0.0) + min(v, 1e3) * (clamp(t, -20.0, 20.0) * (g.y + g.y * 0.128379167));
    let inner = abs(t) < 1.0;
    return mul_exp2(select(far, 1.12837917 * (m * sum), inner), select(0.0, p.y, inner));
}

// (m, n) with 2 / sqrt(pi) exp(z - t^2) = m 2^n: one exponential, as each has an error of its own, and the factor within it
fn erf_act_slope(x: f32, alpha: f32, beta: f32) -> vec2<f32> {
    let z = product(x, beta);
    let e = exp_fine(z.x, z.y);
    let p = product(e.x, alpha);
    let t = sum2(mul_exp2(p.x, e.z), mul_exp2(p.y + alpha * e.y, e.z));
    let y = sum2(min(z.x, 80.0), 0.120782238);
    return exp_less_square(vec2<f32>(y.x, y.y + z.y), t);
}

// x exp(z) erf'(t)
fn erf_act_dalpha(x: f32, alpha: f32, beta: f32) -> f32 {
    let s = erf_act_slope(x, alpha, beta);
    return mul_exp2(finite(x) * s.x, s.y);
}

// x^2 t erf'(t); the exponent goes in halves, as x^2 may leave the range alone.
fn erf_act_dbeta(x: f32, alpha: f32, beta: f32) -> f32 {
    let s = erf_act_slope(x, alpha, beta);
    let half = trunc(0.5 * s.y);
    let v = finite(x);
    return mul_exp2(mul_exp2(alpha * s.x * v, half) * v, s.y - half);
}
