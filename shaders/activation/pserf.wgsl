// Pserf: x erf(s), s = gamma softplus(delta x). Left of 0 softplus is e r with e = exp(delta x), r = log(1 + e) / e, and e stays a
// mantissa and an exponent; right of it s is kept as hi + lo, as exp(-s^2) asks for.
// requires: math/exp, math/gate, math/log1p, math/erf, math/product

// s as hi + lo
fn pserf_s(z: vec2<f32>, e: f32, gamma: f32) -> vec2<f32> {
    let p = product(max(z.x, 0.0), gamma);
    return sum2(p.x, p.y + gamma * (select(z.y, 0.0, z.x < 0.0 || z.x > 1e30) + e * log1p_over(e)));
}

// erf(s) on the right, erf(s) 2^-n on the left
fn pserf_gate(z: vec2<f32>, p: vec3<f32>, gamma: f32) -> f32 {
    let s = pserf_s(z, p.z, gamma);
    let r = gamma * log1p_over(p.z);
    let whole = erf_stable(s.x + s.y);
    let near = p.x * (r + r * erf_excess(min(s.x * s.x, 1.0)));
    return select(whole, select(near, mul_exp2(whole, -p.y), abs(s.x) >= 1.0), z.x < 0.0);
}

fn pserf(x: f32, gamma: f32, delta: f32) -> f32 {
    let z = product(x, delta);
    let p = gate_parts(z);
    return mul_exp2(select(x, finite(x), z.x < 0.0) * pserf_gate(z, p, gamma), select(0.0, p.y, z.x < 0.0));
}

// erf(s) + gamma z erf'(s) sigmoid(z)
fn pserf_dx(x: f32, gamma: f32, delta: f32) -> f32 {
    let z = product(x, delta);
    let p = gate_parts(z);
    let s = pserf_s(z, p.z, gamma);
    let g = erf_slope(s.x, s.y);
    let left = z.x < 0.0;
    let t = clamp(z.x, -1e30, 1e30) + select(z.y, 0.0, abs(z.x) > 1e30);
    let slope = gamma * mul_exp2(g.x, g.y) * select(1.0, p.x, left) / (1.0 + p.z);
    return mul_exp2(pserf_gate(z, p, gamma) + t * slope, select(0.0, p.y, left));
}

// x softplus(delta x) erf'(s)
fn pserf_dgamma(x: f32, gamma: f32, delta: f32) -> f32 {
    let z = product(x, delta);
    let p = gate_parts(z);
    let s = pserf_s(z, p.z, gamma);
    let g = erf_slope(s.x, s.y);
    let left = z.x < 0.0;
    let v = clamp(x, -1e30, 1e30);
    let r = log1p_over(p.z);
    let plus = select(max(z.x, 0.0) + (z.y + p.z * r), p.x * r, left);
    return mul_exp2(mul_exp2(v * plus * g.x, select(0.0, p.y, left)), g.y);
}
