//! How signals and gradients grow from layer to layer of a wide net with random weights.
//!
//! For pre-activations z ~ N(0, q) the next layer's have the variance V(q) = σ_w² E[f(z)²] + σ_b², where σ_w² is the number of
//! inputs times the variance of a weight; gradients grow by χ₁ = σ_w² E[f'(z)²] (Poole et al., "Exponential expressivity in
//! deep neural networks through transient chaos", 2016; Schoenholz et al., "Deep information propagation", 2017).

use wgpu_activations::{Activation, Mixed, Op, reference};

use crate::error::{Error, Result};
use crate::quadrature::mean;
use crate::shape::Shape;

/// Layers after which a variance that still moves goes on to the next one that stays, or for ever.
const LAYERS: usize = 1_000;

/// What becomes of the variance of pre-activations that begins with 1.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Fate {
    /// It tends to this.
    Converges(f64),
    /// It grows without bound.
    Explodes,
    /// It tends to 0.
    Vanishes,
}

/// A variance that stays from layer to layer.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct FixedPoint {
    /// The variance.
    pub variance: f64,
    /// V'(q): what a small deviation from it becomes in a layer. It returns where that is less than 1.
    pub slope: f64,
    /// What gradients grow by there.
    pub chi_1: f64,
}

/// The gain of a function.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Gain {
    /// The function.
    pub function: &'static str,
    /// The values of its parameters.
    pub params: Vec<(&'static str, f64)>,
    /// E[f(z)] for z ~ N(0, 1).
    pub mean: f64,
    /// E[f(z)²].
    pub second_moment: f64,
    /// E[f'(z)²].
    pub derivative_second_moment: f64,
    /// The factor of weights that keeps the second moment of 1 in the forward pass: 1 / sqrt(E[f(z)²]).
    pub gain: f64,
    /// The factor that keeps gradients: 1 / sqrt(E[f'(z)²]).
    pub gain_backward: f64,
    /// The geometric mean of both, which loses as much forward as it wins backward.
    pub gain_compromise: f64,
    /// What PyTorch's `calculate_gain` has, with what is to be said of it.
    pub pytorch: Option<(f64, &'static str)>,
    /// The share of N(0, 1) with f' = 0.
    pub dead: f64,
    /// Variances above 0 that stay with these weights and biases; none where every one does, as of `relu` with its gain.
    pub fixed_points: Vec<FixedPoint>,
    /// χ₁ at the variance that is reached from 1, else at 1.
    pub chi_1: f64,
    /// What becomes of a variance of 1.
    pub fate: Fate,
    /// The curve.
    pub shape: Shape,
}

impl Gain {
    /// The gain of a function with these values of its parameters (the defaults for none), and the variances of nets whose
    /// weights have the standard deviation `weights` / sqrt(inputs), and biases `biases`.
    ///
    /// ```
    /// use wgpu_activations::activation::SELU;
    /// use wgpu_activations_studies::gain::{Fate, Gain};
    /// let selu = Gain::of(&SELU, &[], 1.0, 0.0)?;
    /// // Its mean of 0 and variance of 1 stay, and draw others near (Klambauer et al., 2017).
    /// assert!(selu.mean.abs() < 1e-6 && (selu.second_moment - 1.0).abs() < 1e-6);
    /// assert!((selu.fixed_points[0].variance - 1.0).abs() < 1e-5 && selu.fixed_points[0].slope < 0.8);
    /// # Ok::<(), wgpu_activations_studies::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Library`] for parameters that the function does not take; [`Error::Undefined`] for one without a value
    /// somewhere; [`Error::Deviation`].
    pub fn of(function: &'static Activation, params: &[f32], weights: f64, biases: f64) -> Result<Self> {
        for (of, value) in [("weights", weights), ("biases", biases)] {
            if !(value.is_finite() && value >= 0.0) {
                return Err(Error::Deviation { of, value });
            }
        }
        let given = values(function, params)?;
        let kinks = (function.kinks)(&given);
        let moments = Moments { function, params: &given, kinks: &kinks };
        let (mean_of_one, second_moment) = (moments.mean(1.0, |y| y), moments.values(1.0));
        let derivative_second_moment = moments.slopes(1.0);
        if [mean_of_one, second_moment, derivative_second_moment].iter().any(|moment| moment.is_nan()) {
            return Err(Error::Undefined { function: function.name });
        }
        let map = Map { moments: &moments, weights: weights * weights, biases: biases * biases };
        let fate = map.fate();
        let reached = if let Fate::Converges(variance) = fate { variance } else { 1.0 };
        let dead = mean(1.0, &kinks, |z| f64::from((function.dx)(z, &given) == 0.0));
        Ok(Self {
            function: function.name,
            params: function.params.iter().map(|param| param.name).zip(given.iter().copied()).collect(),
            mean: mean_of_one,
            second_moment,
            derivative_second_moment,
            gain: second_moment.powf(-0.5),
            gain_backward: derivative_second_moment.powf(-0.5),
            gain_compromise: (second_moment * derivative_second_moment).powf(-0.25),
            pytorch: pytorch(function.name, &given),
            dead,
            fixed_points: map.fixed_points(),
            chi_1: map.chi_1(reached),
            fate,
            shape: Shape::of(function, &given),
        })
    }
}

/// The values of a function's parameters: these, or the defaults for none.
pub(crate) fn values(function: impl Into<Op>, params: &[f32]) -> Result<Vec<f64>> {
    let function = function.into();
    let zero = &[0.0f32][..];
    let with = if params.is_empty() { function.into() } else { function.with(params) };
    // The library says which values it takes, and whether there is a reference.
    match function {
        Op::Activation(of) if Mixed::parts(of).is_some() => return Err(Error::Mixture { function: of.name }),
        Op::Activation(_) => reference::forward(with, zero)?,
        Op::Gate(_) => reference::forward(with, (zero, zero))?,
        _ => return Err(Error::Kind { function: function.name() }),
    };
    if params.is_empty() {
        return Ok(function.params().iter().map(|param| param.default).collect());
    }
    Ok(params.iter().copied().map(f64::from).collect())
}

/// What a function makes of one variance.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct At {
    /// The variance q of pre-activations.
    pub variance: f64,
    /// E[f(z)²] for z ~ N(0, q).
    pub second_moment: f64,
    /// E[f'(z)²].
    pub derivative_second_moment: f64,
    /// The standard deviations of weights (times the root of the number of inputs) and of biases with which q stays and gradients
    /// neither vanish nor explode: a point of the edge of chaos. None where no biases do that.
    pub edge: Option<[f64; 2]>,
}

/// What a function makes of these variances. Its points of the edge of chaos, where χ₁ is 1, part the plane of weights and biases:
/// gradients vanish where weights are smaller, and explode where they are larger.
///
/// ```
/// use wgpu_activations::activation::TANH;
/// let points = wgpu_activations_studies::gain::curve(&TANH, &[], &[1e-6, 1.0])?;
/// // At its beginning weights are 1 and there are no biases (Schoenholz et al., 2017).
/// let [weights, biases] = points[0].edge.unwrap();
/// assert!((weights - 1.0).abs() < 1e-5 && biases < 1e-5);
/// # Ok::<(), wgpu_activations_studies::Error>(())
/// ```
///
/// # Errors
/// As [`Gain::of`].
pub fn curve(function: &'static Activation, params: &[f32], variances: &[f64]) -> Result<Vec<At>> {
    let given = values(function, params)?;
    let kinks = (function.kinks)(&given);
    let moments = Moments { function, params: &given, kinks: &kinks };
    let at = |&variance: &f64| {
        let (second_moment, derivative_second_moment) = (moments.values(variance), moments.slopes(variance));
        let weights = 1.0 / derivative_second_moment;
        let biases = variance - weights * second_moment;
        // 0 up to rounding where every variance stays, as of relu.
        let biases = if biases.abs() < 1e-9 * variance { 0.0 } else { biases };
        let edge = (weights.is_finite() && biases >= 0.0).then(|| [weights.sqrt(), biases.sqrt()]);
        At { variance, second_moment, derivative_second_moment, edge }
    };
    Ok(variances.iter().map(at).collect())
}

/// `torch.nn.init.calculate_gain`.
fn pytorch(name: &str, params: &[f64]) -> Option<(f64, &'static str)> {
    let slope = || params.first().copied().unwrap_or(0.01);
    Some(match name {
        "identity" => (1.0, ""),
        "sigmoid" => (1.0, "neither the forward nor the backward gain"),
        "tanh" => (5.0 / 3.0, "near the forward gain"),
        "relu" => (std::f64::consts::SQRT_2, ""),
        "leaky_relu" => ((2.0 / (1.0 + slope() * slope())).sqrt(), ""),
        "selu" => (0.75, "disputed: its authors take 1, at which mean and variance stay"),
        _ => return None,
    })
}

struct Moments<'a> {
    function: &'a Activation,
    params: &'a [f64],
    kinks: &'a [f64],
}

impl Moments<'_> {
    fn mean(&self, variance: f64, of: impl Fn(f64) -> f64) -> f64 {
        mean(variance, self.kinks, |z| of((self.function.value)(z, self.params)))
    }

    fn values(&self, variance: f64) -> f64 {
        self.mean(variance, |y| y * y)
    }

    fn slopes(&self, variance: f64) -> f64 {
        mean(variance, self.kinks, |z| (self.function.dx)(z, self.params).powi(2))
    }
}

/// The variance's way from layer to layer.
struct Map<'a> {
    moments: &'a Moments<'a>,
    weights: f64,
    biases: f64,
}

impl Map<'_> {
    fn next(&self, variance: f64) -> f64 {
        self.weights * self.moments.values(variance) + self.biases
    }

    fn chi_1(&self, variance: f64) -> f64 {
        self.weights * self.moments.slopes(variance)
    }

    fn fate(&self) -> Fate {
        let mut variance = 1.0;
        for _ in 0..LAYERS {
            let next = self.next(variance);
            if !next.is_finite() || next > 1e12 {
                return Fate::Explodes;
            }
            if next < 1e-12 {
                return Fate::Vanishes;
            }
            if (next - variance).abs() <= 1e-12 * variance {
                return Fate::Converges(next);
            }
            // Far from where it may stay the way goes on as it does, and need not be walked.
            let ratio = next / variance;
            if (variance > 1e6 && ratio > 1.0001) || (variance < 1e-6 && ratio < 0.9999) {
                return if ratio > 1.0 { Fate::Explodes } else { Fate::Vanishes };
            }
            variance = next;
        }
        let stays = self.fixed_points();
        let mut stays = stays.iter().map(|point| point.variance);
        if self.next(variance) < variance {
            return stays.rfind(|point| *point <= variance).map_or(Fate::Vanishes, Fate::Converges);
        }
        stays.find(|point| *point >= variance).map_or(Fate::Explodes, Fate::Converges)
    }

    fn fixed_points(&self) -> Vec<FixedPoint> {
        let excess = |variance: f64| self.next(variance) - variance;
        // Equal up to rounding counts as no crossing.
        let sign = |variance: f64| {
            let excess = excess(variance);
            if excess.abs() <= 1e-9 * variance { 0.0 } else { excess.signum() }
        };
        let grid: Vec<(f64, f64)> =
            (-48..=48).map(|k| 10f64.powf(f64::from(k) / 8.0 + 0.01)).map(|q| (q, sign(q))).collect();
        let mut found = Vec::new();
        for pair in grid.windows(2) {
            let [(mut low, below), (mut high, above)] = [pair[0], pair[1]];
            if below * above >= 0.0 || below.is_nan() || above.is_nan() {
                continue;
            }
            while high - low > 1e-12 * high {
                let middle = 0.5 * (low + high);
                if middle <= low || middle >= high {
                    break;
                }
                if excess(middle).signum() == below { low = middle } else { high = middle }
            }
            let variance = 0.5 * (low + high);
            let step = 1e-4 * variance;
            let slope = (self.next(variance + step) - self.next(variance - step)) / (2.0 * step);
            found.push(FixedPoint { variance, slope, chi_1: self.chi_1(variance) });
        }
        found
    }
}
