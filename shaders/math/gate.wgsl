// x sigmoid(z), its derivative along x with t = x dz/dx, and sigmoid'(z); z and t are unevaluated sums hi + lo.
// Domain: every f32. The left tail keeps its relative accuracy until the result is subnormal: exp(z) stays a mantissa and
// an exponent, or in units that keep it normal, until x is multiplied in.
// Error:  gate 2.5 ULP; gate_dx 4 ULP (of the larger of sigmoid(z) and t sigmoid'(z) near its root); sigmoid_dz 3 ULP.
// requires: math/exp, math/product

// (m, n, e) with e = exp(-|z|) = m 2^n
fn gate_parts(z: vec2<f32>) -> vec3<f32> {
    let p = exp_parts(-abs(z.x), select(-z.y, z.y, z.x < 0.0));
    return vec3<f32>(p.x, p.y, mul_exp2(p.x, p.y));
}

// v / (1 + e); for small e, v - v e / (1 + e) rounds less.
fn gate_over(v: f32, e: f32, small: bool) -> f32 {
    let q = select(v, e, small) / (1.0 + e);
    return select(q, v - v * q, small);
}

fn gate(x: f32, z: vec2<f32>) -> f32 {
    let p = gate_parts(z);
    let left = z.x < 0.0;
    return mul_exp2(gate_over(select(x, finite(x) * p.x, left), p.z, left && p.z < 0.3), select(0.0, p.y, left));
}

// (u, e) with e = exp(-|z|) and u the same in units of 2^-64, for what is 0 from |z| = 131 on.
fn gate_units(z: vec2<f32>) -> vec2<f32> {
    let u = exp_falling(-abs(z.x), select(-z.y, z.y, z.x < 0.0));
    return vec2<f32>(u, 5.42101086e-20 * u);
}

// gate(x, z) where it is 0 from z = -131 on, as it is unless |x| is far above |z|.
fn gate_near(x: f32, z: vec2<f32>) -> f32 {
    let p = gate_units(z);
    let left = z.x < 0.0;
    return select(1.0, 5.42101086e-20, left) * gate_over(select(x, max(x, -131.0) * p.x, left), p.y, left && p.y < 0.3);
}

// sigmoid(z) (1 + t sigmoid(-z)) = (1 + e + t) e / (1 + e)^2 on the left, 1 + e (t - 1 - e) / (1 + e)^2 on the right; |t| is no
// more than 7 |z|, so that where it saturates all is 0.
fn gate_dx(t: vec2<f32>, z: vec2<f32>) -> f32 {
    let p = gate_units(z);
    let left = z.x < 0.0;
    let hi = clamp(t.x, -1e3, 1e3);
    let lo = select(t.y, 0.0, abs(t.x) > 1e3);
    let sum = select(p.y * ((hi - 1.0) + (lo - p.y)), ((1.0 + hi) + (p.y + lo)) * p.x, left);
    let d = p.y * (2.0 + p.y);
    let r = gate_over(sum, d, d < 0.3);
    return select(1.0 + r, 5.42101086e-20 * r, left);
}

fn sigmoid_dz(z: vec2<f32>) -> f32 {
    let e = gate_units(z).y;
    return e / (1.0 + e * (2.0 + e));
}

// (m, n) with sigmoid(z) = m 2^n, from `gate_parts`; (1 +- (1 - e) / (1 + e)) / 2 next to 0 rounds less often than a quotient.
fn sigmoid_parts(p: vec3<f32>, left: bool) -> vec2<f32> {
    let inner = p.z >= 0.5;
    let u = select(p.z, 1.0 - p.z, inner) / (1.0 + p.z);
    let whole = select(1.0, p.x, left);
    return vec2<f32>(select(whole - whole * u, 0.5 + select(0.5, -0.5, left) * u, inner), select(0.0, p.y, left && !inner));
}

// m / (1 + e) for e in [0, 1] as m - m e / (1 + e), or next to 1 as (m + m (1 - e) / (1 + e)) / 2: less rounding than a quotient.
fn gate_share(m: f32, e: f32) -> f32 {
    let inner = e > 0.4;
    let q = select(e, 1.0 - e, inner) / (1.0 + e);
    let v = select(1.0, 0.5, inner) * m;
    return v + v * select(-q, q, inner);
}
