// Pserf: x erf(s), s = gamma softplus(delta x). Left of 0 softplus is e r with e = exp(delta x), r = log(1 + e) / e, and e stays a
// mantissa and an exponent; right of it s is kept as hi + lo, as exp(-s^2) asks for.
// requires: math/exp, math/expm1, math/gate, math/log1p, math/erf, math/product, math/softplus_sum

fn pserf(x: f32, gamma: f32, delta: f32) -> f32 {
    let z = product(x, delta);
    let p = gate_parts(z);
    let s = softplus_sum(z, p.z, gamma).x;
    let inner = z.x < 0.0 && abs(s) < 1.0;
    let r = gamma * log1p_over(p.z);
    let near = finite(x) * p.x * (r + r * erf_excess(min(s * s, 1.0)));
    return mul_exp2(select(x * erf_stable(s), near, inner), select(0.0, p.y, inner));
}

// erf(s) + gamma z erf'(s) sigmoid(z); on the left, over 2 / sqrt(pi) gamma sigmoid(z), 1 + z stands alone before what vanishes.
fn pserf_dx(x: f32, gamma: f32, delta: f32) -> f32 {
    let z = product(x, delta);
    let p = gate_parts(z);
    let s = softplus_sum(z, p.z, gamma);
    let square = s.x * s.x;
    let g = square_parts(s.x, s.y);
    let left = z.x < 0.0;
    let hi = clamp(z.x, -1e30, 1e30);
    let lo = select(z.y, 0.0, abs(z.x) > 1e30);
    let t = hi + lo;
    let r = p.z - log1p_lack(p.z) * (1.0 + p.z);
    let low = (r + (1.0 + r) * 0.886226925 * erf_rest(min(square, 1.0))) + t * expm1_stable(-min(square, 1.0));
    let c = gamma + gamma * 0.128379167; // 2 / sqrt(pi) gamma
    let v = sigmoid_parts(p, left);
    let whole = erf_stable(s.x) + t * (c * mul_exp2(v.x, v.y) * mul_exp2(g.x, g.y));
    let near = left && square < 1.0;
    return mul_exp2(select(whole, c * (((1.0 + hi) + (lo + low)) * v.x), near), select(0.0, v.y, near));
}

// x softplus(delta x) erf'(s)
fn pserf_dgamma(x: f32, gamma: f32, delta: f32) -> f32 {
    let z = product(x, delta);
    let p = gate_parts(z);
    let s = softplus_sum(z, p.z, gamma);
    let g = erf_slope(s.x, s.y);
    let tail = z.x < 0.0 && p.z < 0.5;
    let right = clamp(z.x, 0.0, 1e18) + (select(z.y, 0.0, z.x < 0.0 || z.x > 1e18) + log1p_unit(p.z));
    let plus = select(right, p.x * log1p_over(p.z), tail);
    return mul_exp2(mul_exp2(clamp(x, -1e18, 1e18) * plus * g.x, select(0.0, p.y, tail)), g.y);
}

// gamma x^2 sigmoid(z) erf'(s); the exponent goes in halves, as x^2 may leave the range alone.
fn pserf_ddelta(x: f32, gamma: f32, delta: f32) -> f32 {
    let z = product(x, delta);
    let p = gate_parts(z);
    let s = softplus_sum(z, p.z, gamma);
    let g = square_parts(s.x, s.y);
    let sigmoid = sigmoid_parts(p, z.x < 0.0);
    let half = trunc(0.5 * (sigmoid.y + g.y));
    let v = finite(x);
    let m = (gamma + gamma * 0.128379167) * g.x * sigmoid.x * v;
    return mul_exp2(mul_exp2(m, half) * v, (sigmoid.y - half) + g.y);
}
