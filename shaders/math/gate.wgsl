// x sigmoid(z), its derivative along x with t = x dz/dx, and sigmoid'(z); z and t are unevaluated sums hi + lo.
// Domain: every f32. The left tail keeps its relative accuracy until the result is subnormal: exp(z) stays a mantissa and
// an exponent, or in units that keep it normal, until x is multiplied in.
// Error:  3.5 ULP (of the larger of sigmoid(z) and t sigmoid'(z) near the derivative's root).
// requires: math/exp, math/opaque, math/product, math/ratio

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

// (2^-32 exp(-z), 2^32 sigmoid(z)) for z from -110 to 60; sigmoid(-110) is 0, sigmoid(60) is 1.
fn gate_scaled(z: vec2<f32>) -> vec2<f32> {
    let hi = clamp(z.x, -110.0, 60.0);
    let e = exp_inner(-hi, select(-z.y, 0.0, hi != z.x), -32.0);
    return vec2<f32>(e, inverse(2.3283064e-10 + e)); // 2^-32
}

// gate(x, z) where it is 0 from z = -110 on and x from z = 60 on, as it is unless |x| is far above |z|.
fn gate_near(x: f32, z: vec2<f32>) -> f32 {
    return select(2.3283064e-10 * opaque(max(x, -131.0) * gate_scaled(z).y), x, x > 1e9);
}

// sigmoid(z) (1 + t sigmoid(-z)); |t| is no more than 7 |z|, so that where it saturates all is 0 or 1.
fn gate_dx(t: vec2<f32>, z: vec2<f32>) -> f32 {
    let p = gate_scaled(z);
    let q = p.x * p.y;
    let hi = clamp(t.x, -1e3, 1e3);
    let lo = select(t.y, 0.0, abs(t.x) > 1e3);
    return 2.3283064e-10 * opaque(p.y * (fma(hi, q, 1.0) + lo * q));
}

// (u, e) with e = exp(-|z|) and u the same in units of 2^-64, for what is 0 from |z| = 131 on.
fn gate_units(z: vec2<f32>) -> vec2<f32> {
    let none = abs(z.x) > 131.0;
    let u = exp_inner(max(-abs(z.x), -131.0), select(select(-z.y, z.y, z.x < 0.0), 0.0, none), 64.0);
    return vec2<f32>(u, 5.42101086e-20 * u);
}

fn sigmoid_dz(z: vec2<f32>) -> f32 {
    let e = gate_units(z).y;
    return e * inverse(1.0 + e * (2.0 + e));
}
