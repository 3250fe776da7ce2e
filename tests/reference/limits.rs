//! The ends of the real line.

use std::f64::consts::{FRAC_PI_2, LN_2};

use wgpu_activations::Activation;
use wgpu_activations::activation::{ALL, Kind};

use crate::parameter_sets;

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

/// Sines have no limits, and are NaN at the infinities as in PyTorch.
fn limited() -> impl Iterator<Item = &'static Activation> {
    ALL.iter().copied().filter(|a| a.kind != Kind::Periodic)
}

/// Value at -inf and inf, derivative at -inf and inf, with default parameters. Where x times a vanishing factor
/// meets infinity the limit counts, not IEEE's NaN.
#[rustfmt::skip]
const LIMITS: &[(&str, [f64; 2], [f64; 2])] = &[
    ("identity",                [-INF, INF], [1.0, 1.0]),
    ("linear",                  [-INF, INF], [1.0, 1.0]),
    ("binary_step",             [0.0, 1.0],  [0.0, 0.0]),
    ("binary_step_ste",         [0.0, 1.0],  [1.0, 1.0]),
    ("binary_step_clipped_ste", [0.0, 1.0],  [0.0, 0.0]),
    ("abs",                     [INF, INF],  [-1.0, 1.0]),
    ("relu",                    [0.0, INF],  [0.0, 1.0]),
    ("leaky_relu",              [-INF, INF], [0.01, 1.0]),
    ("prelu",                   [-INF, INF], [0.25, 1.0]),
    ("thresholded_relu",        [0.0, INF],  [0.0, 1.0]),
    ("threshold",               [0.0, INF],  [0.0, 1.0]),
    ("relu6",                   [0.0, 6.0],  [0.0, 0.0]),
    ("hardtanh",                [-1.0, 1.0], [0.0, 0.0]),
    ("necro_relu",              [0.0, INF],  [0.1, 1.0]),
    ("elu",                     [-1.0, INF], [0.0, 1.0]),
    ("selu",                    [-1.6732632423543772 * 1.0507009873554805, INF], [0.0, 1.0507009873554805]),
    ("celu",                    [-1.0, INF], [0.0, 1.0]),
    ("sigmoid",                 [0.0, 1.0],  [0.0, 0.0]),
    ("hardsigmoid",             [0.0, 1.0],  [0.0, 0.0]),
    ("tanh",                    [-1.0, 1.0], [0.0, 0.0]),
    ("softsign",                [-1.0, 1.0], [0.0, 0.0]),
    ("softplus",                [0.0, INF],  [0.0, 1.0]),
    ("logsigmoid",              [-INF, 0.0], [1.0, 0.0]),
    ("silu",                    [0.0, INF],  [0.0, 1.0]),
    ("swish",                   [0.0, INF],  [0.0, 1.0]),
    ("quick_gelu",              [0.0, INF],  [0.0, 1.0]),
    ("gelu",                    [0.0, INF],  [0.0, 1.0]),
    ("gelu_tanh",               [0.0, INF],  [0.0, 1.0]),
    ("pow_silu",                [0.0, 1.0],  [0.0, 0.0]),
    ("mish",                    [0.0, INF],  [0.0, 1.0]),
    ("hardswish",               [0.0, INF],  [0.0, 1.0]),
    ("tanhshrink",              [-INF, INF], [1.0, 1.0]),
    ("softshrink",              [-INF, INF], [1.0, 1.0]),
    ("hardshrink",              [-INF, INF], [1.0, 1.0]),
    ("bent_identity",           [-INF, INF], [0.5, 1.5]),
    ("sign",                    [-1.0, 1.0], [0.0, 0.0]),
    ("sign_ste",                [-1.0, 1.0], [1.0, 1.0]),
    ("sign_clipped_ste",        [-1.0, 1.0], [0.0, 0.0]),
    ("spike_fast_sigmoid",      [0.0, 1.0],  [0.0, 0.0]),
    ("spike_atan",              [0.0, 1.0],  [0.0, 0.0]),
    ("spike_triangle",          [0.0, 1.0],  [0.0, 0.0]),
    ("square",                  [INF, INF],  [-INF, INF]),
    ("power",                   [-INF, INF], [1.0, 1.0]),
    ("sqrt",                    [NAN, INF],  [NAN, 0.0]),
    ("rsqrt",                   [NAN, 0.0],  [NAN, 0.0]),
    ("log",                     [NAN, INF],  [NAN, 0.0]),
    ("log1p",                   [NAN, INF],  [NAN, 0.0]),
    ("sinh",                    [-INF, INF], [INF, INF]),
    ("cosh",                    [INF, INF],  [-INF, INF]),
    ("asinh",                   [-INF, INF], [0.0, 0.0]),
    ("fatrelu",                 [0.0, INF],  [0.0, 1.0]),
    ("leaky_hardtanh",          [-INF, INF], [0.01, 0.01]),
    ("relu_squared",            [0.0, INF],  [0.0, INF]),
    ("star_relu",               [-0.4472, INF], [0.0, INF]),
    ("rrelu",                   [-INF, INF], [(1.0 / 8.0 + 1.0 / 3.0) / 2.0, 1.0]),
    ("clip",                    [-INF, INF], [1.0, 1.0]),
    ("sugar",                   [0.0, INF],  [0.0, 1.0]),
    ("srelu",                   [-INF, INF], [0.2, 1.0]),
    ("pelu",                    [-1.0, INF], [0.0, 1.0]),
    ("xielu",                   [INF, INF],  [0.5 - 0.8, INF]),
    ("exponential",             [0.0, INF],  [0.0, INF]),
    ("expm1",                   [-1.0, INF], [0.0, INF]),
    ("stable_exp",              [1.0, 0.0],  [0.0, 0.0]),
    ("soft_exponential",        [-INF, INF], [1.0, 1.0]),
    ("scaled_tanh",             [-1.7159, 1.7159], [0.0, 0.0]),
    ("softcap",                 [-50.0, 50.0], [0.0, 0.0]),
    ("derf",                    [-1.0, 1.0], [0.0, 0.0]),
    ("dyt",                     [-1.0, 1.0], [0.0, 0.0]),
    ("sparse_sigmoid",          [0.0, 1.0],  [0.0, 0.0]),
    ("d_silu",                  [0.0, 1.0],  [0.0, 0.0]),
    ("isru",                    [-1.0, 1.0], [0.0, 0.0]),
    ("isrlu",                   [-1.0, INF], [0.0, 1.0]),
    ("gaussian",                [0.0, 0.0],  [0.0, 0.0]),
    ("squareplus",              [0.0, INF],  [0.0, 1.0]),
    ("parametric_softplus",     [0.0, INF],  [0.0, 1.0]),
    ("logcosh",                 [INF, INF],  [-1.0, 1.0]),
    ("golu",                    [0.0, INF],  [0.0, 1.0]),
    ("sqrt_softplus",           [0.0, INF],  [0.0, 0.0]),
    ("sparse_plus",             [0.0, INF],  [0.0, 1.0]),
    ("clipped_gelu",            [0.0, 10.0], [0.0, 0.0]),
    ("tanh_exp",                [0.0, INF],  [0.0, 1.0]),
    ("elish",                   [0.0, INF],  [0.0, 1.0]),
    ("hard_elish",              [0.0, INF],  [0.0, 1.0]),
    ("hard_mish",               [0.0, INF],  [0.0, 1.0]),
    ("lisht",                   [INF, INF],  [-1.0, 1.0]),
    ("aptx",                    [0.0, INF],  [0.0, 1.0]),
    ("acon_c",                  [0.0, INF],  [0.0, 1.0]),
    ("shrink",                  [-INF, INF], [1.0, 1.0]),
    ("nl_relu",                 [0.0, INF],  [0.0, 0.0]),
    ("atan",                    [-FRAC_PI_2, FRAC_PI_2], [0.0, 0.0]),
    ("erf",                     [-1.0, 1.0], [0.0, 0.0]),
    ("laplace",                 [0.0, 1.0],  [0.0, 0.0]),
    ("serf",                    [0.0, INF],  [0.0, 1.0]),
    ("erf_act",                 [0.0, INF],  [0.0, 1.0]),
    ("pserf",                   [0.0, INF],  [0.0, 1.0]),
    ("phish",                   [0.0, INF],  [0.0, 1.0]),
    ("smish",                   [0.0, INF],  [0.0, 0.6]),
    ("logish",                  [0.0, INF],  [0.0, LN_2]),
];

#[test]
fn limits_are_right() {
    for a in limited() {
        let limits = LIMITS.iter().find(|(name, ..)| *name == a.name);
        let (_, value, slope) = limits.unwrap_or_else(|| panic!("{} has no limits in this test", a.name));
        let params: Vec<f64> = a.params.iter().map(|p| p.default).collect();
        let ends = |f: fn(f64, &[f64]) -> f64| [f(-INF, &params), f(INF, &params)];
        let (got, wanted) = ([ends(a.value), ends(a.dx)], [*value, *slope]);
        // All NaN are one here.
        let same = got.iter().flatten().zip(wanted.iter().flatten()).all(|(g, w)| g == w || g.is_nan() && w.is_nan());
        assert!(same, "{}: value and derivative at -inf and inf are {got:?}, not {wanted:?}", a.name);
    }
    assert_eq!(LIMITS.len(), limited().count(), "a limit of a function that is gone");
}

/// Whether the function has no value: the logarithm or root of a number below 0.
fn undefined(a: &Activation, x: f64, params: &[f64]) -> bool {
    match a.name {
        "soft_exponential" => params[0] < 0.0 && params[0] * (x + params[0]) > 1.0,
        "log" | "sqrt" | "rsqrt" => x < 0.0,
        "log1p" => x < -1.0,
        // As in C, powers of -inf have no sign and so a value.
        "power" => (-f64::MAX..0.0).contains(&(params[0] + params[1] * x)) && params[2].fract() != 0.0,
        _ => false,
    }
}

/// Neither at the infinities nor where an intermediate result over- or underflows.
#[test]
fn nothing_is_nan() {
    let magnitudes = [0.0, f64::from(f32::MIN_POSITIVE), 1e-20, 1.0, 700.0, 1e5, 1e20, f64::from(f32::MAX), INF];
    for a in ALL {
        for params in &parameter_sets(a) {
            for x in magnitudes.into_iter().flat_map(|m| [-m, m]) {
                if x.is_infinite() && a.kind == Kind::Periodic {
                    continue;
                }
                let gradients = a.params.iter().filter_map(|p| p.gradient);
                for f in [a.value, a.dx].into_iter().chain(gradients) {
                    assert_eq!(f(x, params).is_nan(), undefined(a, x, params), "{}{params:?} at {x:e}", a.name);
                }
                if let Some(from_y) = a.dx_from_y {
                    let y = (a.value)(x, params);
                    let none = undefined(a, x, params);
                    assert_eq!(from_y(y, params).is_nan(), none, "{}{params:?} from its output at {x:e}", a.name);
                }
            }
        }
    }
}

/// What grows faster than x.
const FAST: &[&str] = &[
    "bent_identity",
    "square",
    "sinh",
    "cosh",
    "relu_squared",
    "star_relu",
    "xielu",
    "exponential",
    "expm1",
    "soft_exponential",
    "selu",
];

/// With default parameters little grows faster than x.
#[test]
fn what_is_finite_stays_finite() {
    let huge = f64::from(f32::MAX);
    for a in ALL.iter().filter(|a| !FAST.contains(&a.name)) {
        let params = &parameter_sets(a)[0];
        let gradients = a.params.iter().filter_map(|p| p.gradient);
        for f in [a.value, a.dx].into_iter().chain(gradients) {
            let defined = [-huge, huge].into_iter().filter(|x| !undefined(a, *x, params));
            let ends: Vec<f64> = defined.map(|x| f(x, params)).collect();
            assert!(ends.iter().all(|v| v.abs() <= huge), "{}: {ends:?} at the ends of f32", a.name);
        }
    }
}
