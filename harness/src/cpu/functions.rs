//! Functions and derivatives of one number, with the catalogue's default parameters. NaN is the caller's business.

use super::math::{
    Exp, exp, exp_sum, expm1_negative, gauss, high, log1p_unit, polynomial, scale, select, tail_divisor,
};

const SLOPE: f32 = 0.01;
const SELU_ALPHA: f32 = 1.673_263_2;
const SELU_SCALE: f32 = 1.050_701;
const SELU_BOTH: f32 = 1.758_099_3;

/// x sigmoid(z) for z = hi + lo; the left tail keeps its digits until the result is subnormal.
#[inline(always)]
fn gate(x: f32, hi: f32, lo: f32) -> f32 {
    let left = hi < 0.0;
    let Exp { m, n, e } = exp_sum(-hi.abs(), select(left, lo, -lo));
    let v = select(left, x.max(f32::MIN) * m, x);
    scale(v / (1.0 + e), select(left, n, 0))
}

/// sigmoid(z) (1 + t sigmoid(-z)), where t and z are sums of two.
#[inline(always)]
fn gate_dx(t: [f32; 2], z: [f32; 2]) -> f32 {
    let left = z[0] < 0.0;
    let Exp { m, n, e } = exp_sum(-z[0].abs(), select(left, z[1], -z[1]));
    let hi = t[0].clamp(-1e30, 1e30);
    let sum = select(left, ((1.0 + hi) + (e + t[1])) * m, e * ((hi - 1.0) + (t[1] - e)));
    let quotient = sum / (1.0 + e * (2.0 + e));
    select(left, scale(quotient, n), 1.0 + quotient)
}

#[inline(always)]
pub(super) fn relu(x: f32) -> f32 {
    select(x > 0.0, x, 0.0)
}

#[inline(always)]
pub(super) fn relu_dx(x: f32) -> f32 {
    select(x > 0.0, 1.0, 0.0)
}

#[inline(always)]
pub(super) fn leaky_relu(x: f32) -> f32 {
    select(x > 0.0, x, SLOPE * x)
}

#[inline(always)]
pub(super) fn leaky_relu_dx(x: f32) -> f32 {
    select(x > 0.0, 1.0, SLOPE)
}

#[inline(always)]
pub(super) fn elu(x: f32) -> f32 {
    select(x > 0.0, x, expm1_negative(x))
}

#[inline(always)]
pub(super) fn elu_dx(x: f32) -> f32 {
    select(x > 0.0, 1.0, exp(x.min(0.0)).e)
}

#[inline(always)]
pub(super) fn selu(x: f32) -> f32 {
    SELU_SCALE * select(x > 0.0, x, SELU_ALPHA * expm1_negative(x))
}

#[inline(always)]
pub(super) fn selu_dx(x: f32) -> f32 {
    let Exp { m, n, .. } = exp(x.min(0.0));
    select(x > 0.0, SELU_SCALE, scale(SELU_BOTH * m, n))
}

#[inline(always)]
pub(super) fn sigmoid(x: f32) -> f32 {
    gate(1.0, x, 0.0)
}

#[inline(always)]
pub(super) fn sigmoid_dx(x: f32) -> f32 {
    let Exp { m, n, e } = exp(-x.abs());
    scale(m / (1.0 + e * (2.0 + e)), n)
}

/// tanh(|x|) = -u / (2 + u) with u = exp(-2 |x|) - 1.
#[inline(always)]
pub(super) fn tanh(x: f32) -> f32 {
    let u = expm1_negative(-2.0 * x.abs());
    (-u / (2.0 + u)).copysign(x)
}

#[inline(always)]
pub(super) fn tanh_dx(x: f32) -> f32 {
    let Exp { m, n, e } = exp(-2.0 * x.abs());
    scale(4.0 * m / (1.0 + e * (2.0 + e)), n)
}

#[inline(always)]
pub(super) fn silu(x: f32) -> f32 {
    gate(x, x, 0.0)
}

#[inline(always)]
pub(super) fn silu_dx(x: f32) -> f32 {
    gate_dx([x, 0.0], [x, 0.0])
}

/// Near 0 Phi is 1/2 plus an odd polynomial; beyond, its tail serves.
#[inline(always)]
pub(super) fn gelu(x: f32) -> f32 {
    let s = [0.398_942_2, -0.066_488_735, 0.009_964_176, -0.001_165_362, 9.247_303e-5];
    let near = x * (0.5 + x * polynomial((x * x).min(1.0), s));
    let a = x.abs().clamp(0.5, 20.0);
    let Exp { m, n, .. } = gauss(a);
    let far = x.max(0.0) - scale(m / tail_divisor(a), n);
    select(x.abs() < 0.6, near, far)
}

#[inline(always)]
pub(super) fn gelu_dx(x: f32) -> f32 {
    let s = [0.797_884_4, -0.265_953_57, 0.059_725_82, -0.008_873_724];
    let near = 0.5 + x * polynomial((x * x).min(0.25), s);
    let a = x.abs().clamp(0.5, 20.0);
    let Exp { m, n, .. } = gauss(a);
    let tail = scale((1.0 / (a * tail_divisor(a)) - 0.398_942_3 * a) * m, n);
    select(x.abs() < 0.5, near, select(x > 0.0, 1.0 - tail, tail))
}

/// z = x (c1 + c3 x^2) as a sum of two, with c1 = 2 sqrt(2 / pi) and c3 = 0.044715 c1.
#[inline(always)]
fn gelu_tanh_z(x: f32) -> [f32; 2] {
    let v = x.clamp(-12.0, 12.0);
    let h = high(v);
    let s = h * h;
    let sh = high(s);
    let rest = 0.071_350_1 * (s - sh) + 4.718_616_3e-6 * s + (0.071_354_814 * ((v - h) * (v + h)) + 1.930_779e-7);
    let wh = high(1.595_769_2 + 0.071_354_814 * (v * v));
    let wl = ((1.595_768_9 - wh) + 0.071_350_1 * sh) + rest;
    [h * wh, (v - h) * wh + v * wl]
}

#[inline(always)]
pub(super) fn gelu_tanh(x: f32) -> f32 {
    let z = gelu_tanh_z(x);
    gate(x.max(-12.0), z[0], z[1])
}

/// x dz/dx is 3 z - 2 c1 x.
#[inline(always)]
pub(super) fn gelu_tanh_dx(x: f32) -> f32 {
    let z = gelu_tanh_z(x);
    let v = x.clamp(-12.0, 12.0);
    let h = high(v);
    let rest = 3.0 * z[1] - (3.191_406_2 * (v - h) + 1.319_932e-4 * v);
    gate_dx([2.0 * z[0], (z[0] - 3.191_406_2 * h) + rest], z)
}

#[inline(always)]
pub(super) fn softplus(x: f32) -> f32 {
    x.max(0.0) + log1p_unit(exp(-x.abs()).e)
}

#[inline(always)]
pub(super) fn softplus_dx(x: f32) -> f32 {
    sigmoid(x)
}

/// x tanh(softplus(x)) as a quotient of polynomials in e = exp(-|x|).
#[inline(always)]
pub(super) fn mish(x: f32) -> f32 {
    let Exp { m, n, e } = exp(-x.abs());
    let left = x < 0.0;
    let s = m * (2.0 + e);
    let above = select(left, x.max(f32::MIN) * s, x * (1.0 + 2.0 * e));
    let below = select(left, 2.0 + scale(s, n), 1.0 + e * (2.0 + 2.0 * e));
    scale(above / below, select(left, n, 0))
}

/// On the left below -1 as one quotient, since its terms nearly cancel.
#[inline(always)]
pub(super) fn mish_dx(x: f32) -> f32 {
    let Exp { m, n, e } = exp(-x.abs());
    let v = x.clamp(-1e30, 1e30);
    let s = e * (2.0 + e);
    let far = m * (4.0 * (v + 1.0) + e * (4.0 * v + 6.0 + e * (4.0 + e))) / (4.0 + s * (4.0 + s));
    let left = x < 0.0;
    let d = select(left, 2.0 + s, 1.0 + 2.0 * e * (1.0 + e));
    let cross = 4.0 * v * select(left, e + e * e, e * e * (1.0 + e)) / d;
    let near = (select(left, s, 1.0 + 2.0 * e) + cross) / d;
    select(x < -1.0, scale(far, n), near)
}
