//! exp and what is built from it, in `f32` without branches: loops over these become vector instructions.
//!
//! Products and sums are never fused, so every machine gives the same bits.

/// Added to a small number, it leaves the nearest whole number in the low bits of the sum.
const SHIFT: f32 = 12_582_912.0; // 1.5 * 2^23
const LOG2_E: f32 = std::f32::consts::LOG2_E;
/// ln 2 in two parts; the first has 9 bits, so whole numbers of its kind are exact.
const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];

/// exp(r) - 1 and n with exp(x) = exp(r) 2^n.
struct Reduced {
    rest: f32,
    n: i32,
}

/// exp(hi + lo) = m 2^n, and its value e.
#[derive(Clone, Copy)]
pub(super) struct Exp {
    pub(super) m: f32,
    pub(super) n: i32,
    pub(super) e: f32,
}

#[inline(always)]
pub(super) fn select<T>(condition: bool, yes: T, no: T) -> T {
    if condition { yes } else { no }
}

/// The 12 leading bits of a number: products of two such are exact.
#[inline(always)]
pub(super) fn high(x: f32) -> f32 {
    f32::from_bits(x.to_bits() & 0xffff_f000)
}

#[inline(always)]
pub(super) fn polynomial<const N: usize>(x: f32, coefficients: [f32; N]) -> f32 {
    let mut sum = 0.0;
    for k in (0..N).rev() {
        sum = coefficients[k] + x * sum;
    }
    sum
}

/// 2^n for n in [-126, 127].
#[inline(always)]
fn power(n: i32) -> f32 {
    f32::from_bits(((n + 127) as u32) << 23)
}

/// v 2^n for n in [-252, 254], rounded at most once where the result is normal.
#[inline(always)]
pub(super) fn scale(v: f32, n: i32) -> f32 {
    let half = n >> 1;
    v * power(half) * power(n - half)
}

/// Of hi + lo with hi in [-175, 175].
#[inline(always)]
fn reduce(hi: f32, lo: f32) -> Reduced {
    let shifted = hi * LOG2_E + SHIFT;
    let whole = shifted - SHIFT;
    let r = (hi - whole * LN_2[0]) - (whole * LN_2[1] - lo);
    let q = polynomial(r, [0.499_999_94, 0.166_665_2, 0.041_668_404, 0.008_368_899, 0.001_381_422_4]);
    Reduced { rest: r + r * r * q, n: shifted.to_bits().wrapping_sub(SHIFT.to_bits()) as i32 }
}

/// exp(hi + lo); 0 below -174.5.
#[inline(always)]
pub(super) fn exp_sum(hi: f32, lo: f32) -> Exp {
    let Reduced { rest, n } = reduce(hi.clamp(-175.0, 175.0), select(hi.abs() > 175.0, 0.0, lo));
    let m = select(hi < -174.5, 0.0, 1.0 + rest);
    Exp { m, n, e: scale(m, n) }
}

#[inline(always)]
pub(super) fn exp(x: f32) -> Exp {
    exp_sum(x, 0.0)
}

/// exp(x) - 1 for x <= 0, without cancellation near 0.
#[inline(always)]
pub(super) fn expm1_negative(x: f32) -> f32 {
    let Reduced { rest, n } = reduce(x.clamp(-20.0, 0.0), 0.0);
    (power(n) - 1.0) + power(n) * rest
}

/// log(1 + f) for f in [0, 1], from the series of log((1 + s) / (1 - s)).
#[inline(always)]
pub(super) fn log1p_unit(f: f32) -> f32 {
    let s = f / (2.0 + f);
    let z = s * s;
    let h = 0.5 * f * f;
    let r = z * polynomial(z, [0.666_662_8, 0.400_278_96, 0.279_117_35, 0.284_077_55]);
    f - (h - s * (h + r))
}

/// exp(-a^2 / 2) for a in [0, 20].
#[inline(always)]
pub(super) fn gauss(a: f32) -> Exp {
    let h = high(a);
    exp_sum(-0.5 * h * h, -0.5 * (a - h) * (a + h))
}

/// The divisor d in a Q(a) = exp(-a^2 / 2) / d, where Q is the normal distribution's tail, from 1/2 on.
#[inline(always)]
pub(super) fn tail_divisor(a: f32) -> f32 {
    let p = polynomial(a, [1.999_966_6, 1.074_156_3, 0.290_199_94, 0.035_663_7]);
    let q = polynomial(a, [1.0, 0.992_394_7, 0.460_768_82, 0.115_553_84, 0.014_233_106]);
    2.506_628_3 + p / (a * q)
}
