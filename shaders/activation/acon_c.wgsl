// ACON-C: x (p1 sigmoid(z) + p2 sigmoid(-z)) with z = beta (p1 - p2) x.
// requires: math/exp_wide, math/slope, math/wide

// (p1 - p2) x
fn acon_c_gap(x: f32, p1: f32, p2: f32) -> vec2<f32> {
    return wide_mul(two_sum(p1, -p2), vec2<f32>(clamp(x, -1e30, 1e30), 0.0));
}

fn acon_c_z(x: f32, p1: f32, p2: f32, beta: f32) -> vec2<f32> {
    return wide_mul(acon_c_gap(x, p1, p2), vec2<f32>(beta, 0.0));
}

// x v 2^n
fn acon_c_times(x: f32, s: vec2<f32>) -> f32 {
    return select(mul_exp2(finite(x) * s.x, s.y), x * s.x, s.y == 0.0);
}

// x (c + d e) / (1 + e) with e = exp(-|z|)
fn acon_c(x: f32, p1: f32, p2: f32, beta: f32) -> f32 {
    let z = acon_c_z(x, p1, p2, beta);
    let right = z.x >= 0.0;
    let c = select(p2, p1, right);
    let e = exp_wide(select(z, -z, right));
    let sum = exp_line(vec2<f32>(c, 0.0), vec2<f32>(select(p1, p2, right), 0.0), e);
    let v = sum.x / exp_line(vec2<f32>(1.0, 0.0), vec2<f32>(1.0, 0.0), e).x;
    return acon_c_times(x, vec2<f32>(v, select(0.0, e.z, c == 0.0)));
}

// (c + e (p1 + p2 + (p1 - p2) z + d e)) / (1 + e)^2
fn acon_c_dx(x: f32, p1: f32, p2: f32, beta: f32) -> f32 {
    let z = acon_c_z(x, p1, p2, beta);
    let right = z.x >= 0.0;
    let c = select(p2, p1, right);
    let e = exp_wide(select(z, -z, right));
    let b = wide_add(two_sum(p1, p2), wide_mul(two_sum(p1, -p2), z));
    let sum = exp_parabola(vec2<f32>(c, 0.0), b, vec2<f32>(select(p1, p2, right), 0.0), e);
    return mul_exp2(sum.x / exp_square(e).x, select(0.0, e.z, c == 0.0));
}

fn acon_c_dp1(x: f32, p1: f32, p2: f32, beta: f32) -> f32 {
    return acon_c_times(x, silu_slope(acon_c_z(x, p1, p2, beta)));
}

fn acon_c_dp2(x: f32, p1: f32, p2: f32, beta: f32) -> f32 {
    return acon_c_times(x, silu_slope(-acon_c_z(x, p1, p2, beta)));
}

// ((p1 - p2) x)^2 sigmoid'(z); the exponent goes in halves, so that neither factor leaves the range alone.
fn acon_c_dbeta(x: f32, p1: f32, p2: f32, beta: f32) -> f32 {
    let z = acon_c_z(x, p1, p2, beta);
    let e = exp_wide(select(z, -z, z.x >= 0.0));
    let half = trunc(0.5 * e.z);
    let v = acon_c_gap(x, p1, p2);
    let one = wide_add(vec2<f32>(1.0, 0.0), e.xy);
    let above = wide_mul(wide_mul(mul_exp2(1.0, half) * v, one), mul_exp2(1.0, e.z - half) * v);
    return above.x / exp_square(e).x;
}
