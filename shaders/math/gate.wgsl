// x sigmoid(z), its derivative along x with t = x dz/dx, and sigmoid'(z); z and t are unevaluated sums hi + lo.
// Domain: every f32. The left tail keeps its relative accuracy until the result is subnormal: exp(z) stays a mantissa and
// an exponent, or in units that keep it normal, until x is multiplied in.
// Error:  3.5 ULP (of the larger of sigmoid(z) and t sigmoid'(z) near the derivative's root).
// requires: math/exp, math/exp_core, math/opaque, math/parts, math/ratio, math/units

// (m, n, e) with e = exp(-|z|) = m 2^n
fn gate_parts(z: vec2<f32>) -> vec3<f32> {
    let p = exp_parts(-abs(z.x), select(-z.y, z.y, z.x < 0.0));
    return vec3<f32>(p.x, p.y, mul_exp2(p.x, p.y));
}

fn gate(x: f32, z: vec2<f32>) -> f32 {
    let p = gate_parts(z);
    let left = z.x < 0.0;
    return mul_exp2(select(x, finite(x) * p.x, left) * inverse(1.0 + p.z), select(0.0, p.y, left));
}

// (unit exp(-z), sigmoid(z) / unit) for z from -110 to 55; sigmoid(-110) is 0, sigmoid(55) is 1.
fn gate_scaled(z: vec2<f32>) -> vec2<f32> {
    let hi = clamp(z.x, gate_end(), 55.0);
    let e = exp_inner(-hi, -select(z.y, 0.0, hi != z.x), -gate_shift());
    return vec2<f32>(e, inverse(gate_unit() + e));
}

// sigmoid(z)
fn sigmoid_of(z: vec2<f32>) -> f32 {
    return gate_unit() * gate_scaled(z).y;
}

// x sigmoid(z) with p = gate_scaled(z), where it is 0 from z = -110 on and x far out, as it is unless |x| is far above |z|.
fn gate_times(x: f32, p: vec2<f32>) -> f32 {
    return select(gate_unit() * opaque(max(x, -131.0) * p.y), x, x > 1e9);
}

fn gate_near(x: f32, z: vec2<f32>) -> f32 {
    return gate_times(x, gate_scaled(z));
}

// sigmoid(z) (1 + t sigmoid(-z)) with p = gate_scaled(z) and moderate t
fn gate_slope(t: vec2<f32>, p: vec2<f32>) -> f32 {
    return gate_unit() * opaque(p.y * opaque(gate_sum(t, p.x) * p.y));
}

// 1 + t (1 - s) = (unit + e (1 + t)) s, whose terms are the smaller ones.
fn gate_sum(t: vec2<f32>, e: f32) -> f32 {
    return fma(e, 1.0 + t.x, gate_unit()) + e * t.y;
}

// The same as one quotient, where errors of t leave no room for twice that of sigmoid(z).
fn gate_slope_fine(t: vec2<f32>, p: vec2<f32>) -> f32 {
    return gate_unit() * opaque(ratio_square(gate_sum(t, p.x), gate_unit() + p.x));
}

// The same for every t; |t| is no more than 7 |z|, so that where it saturates all is 0 or 1.
fn gate_dx(t: vec2<f32>, z: vec2<f32>) -> f32 {
    return gate_slope(vec2<f32>(clamp(t.x, -200.0, 200.0), select(t.y, 0.0, abs(t.x) > 200.0)), gate_scaled(z));
}

// (u, e) with e = exp(hi + lo) for hi <= 0 and u the same in `fall_unit`s, 0 from hi = -131 on.
fn falling(hi: f32, lo: f32) -> vec2<f32> {
    let u = exp_inner(max(hi, -131.0), select(lo, 0.0, hi < -131.0), fall_shift());
    return vec2<f32>(u, fall_unit() * u);
}

// The same of exp(-|z|).
fn gate_units(z: vec2<f32>) -> vec2<f32> {
    return falling(-abs(z.x), select(-z.y, z.y, z.x < 0.0));
}

// sigmoid'(z) from e = exp(-|z|), in units of u's
fn sigmoid_dz(u: f32, e: f32) -> f32 {
    return u * inverse(1.0 + e * (2.0 + e));
}
