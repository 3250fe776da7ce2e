// ErfAct: x erf(t), t = alpha exp(z), z = beta x. Up to |t| = 1 exp(z) stays a mantissa and an exponent; for exp(-t^2) t is kept
// as hi + lo.
// requires: math/exp, math/exp_fine, math/expm1, math/erf, math/product

fn erf_act(x: f32, alpha: f32, beta: f32) -> f32 {
    let z = product(x, beta);
    let p = exp_parts(min(z.x, 80.0), select(z.y, 0.0, z.x > 80.0));
    let t = mul_exp2(alpha * p.x, p.y);
    let inner = abs(t) < 1.0;
    let m = alpha * p.x;
    let near = finite(x) * (m + m * erf_excess(min(t * t, 1.0)));
    return mul_exp2(select(x * erf_stable(t), near, inner), select(0.0, p.y, inner));
}

// erf(t) + z t erf'(t); up to |t| = 1, over 2 / sqrt(pi) t, 1 + z stands alone before what vanishes with t.
fn erf_act_dx(x: f32, alpha: f32, beta: f32) -> f32 {
    let z = product(x, beta);
    let p = exp_parts(min(z.x, 80.0), select(z.y, 0.0, z.x > 80.0));
    let m = alpha * p.x;
    let t = mul_exp2(m, p.y);
    let q = min(t * t, 1.0);
    let hi = clamp(z.x, -1e30, 1e30);
    let lo = select(z.y, 0.0, abs(z.x) > 1e30);
    let v = hi + lo;
    let sum = (1.0 + hi) + (lo + (0.886226925 * erf_rest(q) + (v * expm1_stable(-q) - 5.19e-8 * v)));
    let g = erf_slope(t, 0.0);
    let whole = erf_stable(t) + min(v, 1e3) * (clamp(t, -20.0, 20.0) * mul_exp2(g.x, g.y));
    let inner = abs(t) < 1.0;
    return mul_exp2(select(whole, 1.12837917 * (m * sum), inner), select(0.0, p.y, inner));
}

// (mantissas of exp(z) exp(-t^2) and t exp(-t^2), their exponent)
fn erf_act_slope(x: f32, alpha: f32, beta: f32) -> vec3<f32> {
    let z = product(x, beta);
    let e = exp_fine(z.x, z.y);
    let p = product(e.x, alpha);
    let low = p.y + alpha * e.y;
    let t = sum2(mul_exp2(p.x, e.z), mul_exp2(low, e.z));
    let g = square_parts(t.x, t.y);
    return vec3<f32>(vec2<f32>(e.x + e.y, p.x + low) * g.x, e.z + g.y);
}

// x exp(z) erf'(t)
fn erf_act_dalpha(x: f32, alpha: f32, beta: f32) -> f32 {
    let s = erf_act_slope(x, alpha, beta);
    let v = finite(x) * s.x;
    return mul_exp2(v + v * 0.128379167, s.z);
}

// x^2 t erf'(t); the exponent goes in halves, as x^2 may leave the range alone.
fn erf_act_dbeta(x: f32, alpha: f32, beta: f32) -> f32 {
    let s = erf_act_slope(x, alpha, beta);
    let half = trunc(0.5 * s.z);
    let v = finite(x);
    return mul_exp2(mul_exp2((s.y + s.y * 0.128379167) * v, half) * v, s.z - half);
}
