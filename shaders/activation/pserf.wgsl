// Pserf: x erf(s), s = gamma softplus(delta x). Left of 0 softplus is e log(1 + e) / e with e = exp(delta x), which stays a
// mantissa and an exponent; for the parameters' gradients s is hi + lo, as exp(-s^2) asks for.
// requires: math/erf, math/exp, math/gate, math/log1p, math/opaque, math/parts, math/product, math/ratio, math/softplus_sum

fn pserf(x: f32, gamma: f32, delta: f32) -> f32 {
    let z = product(x, delta);
    let p = gate_parts(z);
    let r = log1p_tilt(p.z);
    let s = gamma * (max(z.x + z.y, 0.0) + (p.z + p.z * r));
    let inner = z.x < 0.0 && abs(s) < 1.0;
    let q = erf_excess(min(s * s, 1.0));
    let v = select(s, gamma * p.x, inner);
    let y = select(erf_far(s), v + v * select(q, r + (q + q * r), inner), abs(s) < 1.0);
    return select(x * y, mul_exp2(finite(x) * y, p.y), inner);
}

// erf(s) + gamma z erf'(s) sigmoid(z); on the left, over 2 / sqrt(pi) gamma sigmoid(z), 1 + z stands alone before what vanishes.
fn pserf_dx(x: f32, gamma: f32, delta: f32) -> f32 {
    let z = product(x, delta);
    let p = gate_parts(z);
    let left = z.x < 0.0;
    let tilt = log1p_tilt(p.z);
    let hi = clamp(z.x, -1e30, 1e30);
    let lo = select(z.y, 0.0, abs(z.x) > 1e30);
    let t = hi + lo;
    let s = gamma * (max(t, 0.0) + (p.z + p.z * tilt));
    let square = min(s * s, 1.0);
    let g = erf_pair(abs(s));
    let rest = erf_rest(square);
    let r = p.z + tilt * (1.0 + p.z);
    let low = (r + (1.0 + r) * 0.886226925 * rest) + t * erf_fall(square);
    let e = select(select(g.x, -g.x, s < 0.0), s + s * (0.128379166 + rest), square < 1.0);
    let near = left && square < 1.0;
    let v = gamma * select(select(1.0, p.z, left), p.x * ((1.0 + hi) + (lo + low)), near) * inverse(1.0 + p.z);
    let w = v + v * 0.128379167; // 2 / sqrt(pi)
    return mul_exp2(select(e + t * (g.y * w), w, near), select(0.0, p.y, near));
}

// x softplus(delta x) erf'(s)
fn pserf_dgamma(x: f32, gamma: f32, delta: f32) -> f32 {
    let z = product(x, delta);
    let p = gate_parts(z);
    let s = softplus_sum(z, p.z, gamma);
    let g = erf_slope(s.x, s.y);
    let tail = z.x < 0.0 && p.z < 0.5;
    let right = softplus_sum(vec2<f32>(clamp(z.x, -1e18, 1e18), select(z.y, 0.0, abs(z.x) > 1e18)), p.z, 1.0);
    let plus = select(right.x + right.y, fma(p.x, log1p_tilt(p.z), p.x), tail);
    return mul_exp2(mul_exp2(clamp(x, -1e18, 1e18) * plus * g.x, select(0.0, p.y, tail)), g.y);
}

// gamma x^2 sigmoid(z) erf'(s), sigmoid(z) = exp(min(z, 0)) / (1 + e); x^2 may leave the range alone, so 2^n goes in halves.
fn pserf_ddelta(x: f32, gamma: f32, delta: f32) -> f32 {
    let z = product(x, delta);
    let e = gate_parts(z).z;
    let g = exp_less_square(vec2<f32>(min(z.x, 0.0), select(0.0, z.y, z.x < 0.0)), softplus_sum(z, e, gamma));
    let m = gamma * (g.x * inverse(1.0 + e));
    let half = trunc(0.5 * g.y);
    let v = finite(x);
    return mul_exp2(mul_exp2(opaque(m + m * 0.128379167) * v, half) * v, g.y - half);
}
