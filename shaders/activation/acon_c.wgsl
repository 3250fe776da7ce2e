// ACON-C: x (p1 sigmoid(z) + p2 sigmoid(-z)) with z = beta (p1 - p2) x.
// requires: math/exp, math/gate, math/parts, math/product, math/ratio, math/slope, math/wide

// z as hi + lo
fn acon_c_z(x: f32, p1: f32, p2: f32, beta: f32) -> vec2<f32> {
    let gap = sum2(p1, -p2);
    let k = product(gap.x, beta);
    let z = product(x, k.x);
    return vec2<f32>(z.x, z.y + finite(x) * (k.y + gap.y * beta));
}

// (p1 - p2) x
fn acon_c_gap(x: f32, p1: f32, p2: f32) -> vec2<f32> {
    return wide_mul(two_sum(p1, -p2), vec2<f32>(clamp(x, -1e30, 1e30), 0.0));
}

// x v 2^n
fn acon_c_times(x: f32, s: vec2<f32>) -> f32 {
    return select(mul_exp2(finite(x) * s.x, s.y), x * s.x, s.y == 0.0 && s.x != 0.0);
}

// x (c + d e) / (1 + e) with e = exp(-|z|)
fn acon_c(x: f32, p1: f32, p2: f32, beta: f32) -> f32 {
    let z = acon_c_z(x, p1, p2, beta);
    let right = z.x >= 0.0;
    let c = select(p2, p1, right);
    let p = gate_parts(z);
    let v = (c + select(p1, p2, right) * select(p.z, p.x, c == 0.0)) * inverse(1.0 + p.z);
    return acon_c_times(x, vec2<f32>(v, select(0.0, p.y, c == 0.0)));
}

// (c + e (p1 + p2 + (p1 - p2) z + d e)) / (1 + e)^2
fn acon_c_dx(x: f32, p1: f32, p2: f32, beta: f32) -> f32 {
    let z = acon_c_z(x, p1, p2, beta);
    let hi = clamp(z.x, -1e30, 1e30);
    let lo = select(z.y, 0.0, abs(z.x) > 1e30);
    let right = z.x >= 0.0;
    let c = select(p2, p1, right);
    let p = gate_parts(z);
    let line = ((p1 + p2) + (p1 - p2) * hi) + ((p1 - p2) * lo + select(p1, p2, right) * p.z);
    let v = (c + select(p.z, p.x, c == 0.0) * line) * inverse(1.0 + p.z * (2.0 + p.z));
    return mul_exp2(v, select(0.0, p.y, c == 0.0));
}

// z with some 45 bits, as these have a root of their own
fn acon_c_dp1(x: f32, p1: f32, p2: f32, beta: f32) -> f32 {
    return acon_c_times(x, silu_slope(wide_mul(acon_c_gap(x, p1, p2), vec2<f32>(beta, 0.0))));
}

fn acon_c_dp2(x: f32, p1: f32, p2: f32, beta: f32) -> f32 {
    return acon_c_times(x, silu_slope(wide_mul(acon_c_gap(x, p2, p1), vec2<f32>(beta, 0.0))));
}

// ((p1 - p2) x)^2 sigmoid'(z); the exponent goes in halves, so that neither factor leaves the range alone.
fn acon_c_dbeta(x: f32, p1: f32, p2: f32, beta: f32) -> f32 {
    let p = gate_parts(acon_c_z(x, p1, p2, beta));
    let half = trunc(0.5 * p.y);
    let v = acon_c_gap(x, p1, p2); // its square is v.x (v.x + 2 v.y)
    return mul_exp2(v.x * (p.x * inverse(1.0 + p.z * (2.0 + p.z))), half) * mul_exp2(v.x + 2.0 * v.y, p.y - half);
}
