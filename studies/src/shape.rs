//! What can be seen of a function's curve.

use wgpu_activations::Activation;

/// The smallest magnitudes that do not round to 0 in `f16` and, where subnormal numbers count as 0, in `bf16`.
const LEAST: [f64; 2] = [2.980_232_238_769_531_3e-8, f32::MIN_POSITIVE as f64];

/// The curve of a function, from samples of every size.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Shape {
    /// The largest slope, infinite where it grows without bound.
    pub lipschitz: f64,
    /// The smallest and the largest value, infinite where they grow without bound.
    pub range: [f64; 2],
    /// Whether it never falls, or never rises.
    pub monotone: bool,
    /// Between which x the derivative of an `f16` tensor is not 0 (NaN if nowhere); infinite where it never dies.
    pub alive_f16: [f64; 2],
    /// The same of `bf16`.
    pub alive_bf16: [f64; 2],
}

impl Shape {
    pub(crate) fn of(function: &Activation, params: &[f64]) -> Self {
        let kinks = (function.kinks)(params);
        let mut points: Vec<f64> = (-4000..=4000).map(|k| f64::from(k) * 0.0125).collect();
        // Every size, to the largest f32; the largest f16 among them.
        points.extend((-60..=256).flat_map(|k| [1.0, -1.0].map(|sign| sign * 2f64.powf(f64::from(k) * 0.5))));
        points.extend([65_504.0, -65_504.0]);
        points.extend(kinks.iter().flat_map(|k| [k - 1e-9 * (1.0 + k.abs()), *k, k + 1e-9 * (1.0 + k.abs())]));
        points.retain(|x| x.abs() <= f64::from(f32::MAX));
        points.sort_by(f64::total_cmp);
        let curve: Vec<[f64; 3]> =
            points.iter().map(|&x| [x, (function.value)(x, params), (function.dx)(x, params)]).collect();
        let known = |k: usize| curve.iter().map(move |point| point[k]).filter(|v| !v.is_nan());
        let most = |size: f64| if size > 1e15 { f64::INFINITY } else { size };
        let [low, high] = [known(1).fold(f64::INFINITY, f64::min), known(1).fold(f64::NEG_INFINITY, f64::max)];
        let rises = curve.windows(2).map(|pair| pair[1][1] - pair[0][1]);
        let slack = |v: f64| 1e-12 * (1.0 + v.abs());
        let (up, down) = rises.zip(&curve).fold((false, false), |(up, down), (rise, point)| {
            (up || rise > slack(point[1]), down || rise < -slack(point[1]))
        });
        let alive = |least: f64, limit: f64| {
            let living =
                || curve.iter().filter(|point| point[0].abs() <= limit && point[2].abs() >= least).map(|p| p[0]);
            let (first, last) = (living().next(), living().next_back());
            let end =
                |x: Option<f64>| x.map_or(f64::NAN, |x| if x.abs() >= 0.5 * limit { f64::INFINITY * x } else { x });
            [end(first), end(last)]
        };
        Self {
            lipschitz: most(known(2).map(f64::abs).fold(0.0, f64::max)),
            range: [-most(-low), most(high)],
            monotone: !(up && down),
            alive_f16: alive(LEAST[0], 65_504.0),
            alive_bf16: alive(LEAST[1], 1e38),
        }
    }
}
