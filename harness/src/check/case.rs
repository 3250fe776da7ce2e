//! What there is to check.

use wgpu_activations::activation::{Kinks, Param, Values};
use wgpu_activations::row::Gradient;
use wgpu_activations::{Op, Pass};

/// A pass of a function with values for its parameters.
///
/// ```
/// use wgpu_activations::{Pass, activation::LEAKY_RELU};
/// use wgpu_activations_harness::check::Case;
/// let case = Case::new(&LEAKY_RELU, Pass::Backward).with([0.2]);
/// assert_eq!((case.of.name(), case.params.as_slice()), ("leaky_relu", &[0.2][..]));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Case {
    /// The function.
    pub of: Op,
    /// The pass.
    pub pass: Pass,
    /// The parameter values, in order.
    pub params: Vec<f32>,
    /// Whose gradients at kinks.
    pub kinks: Kinks,
    /// One of how many inputs is tried.
    pub thin: u32,
}

impl Case {
    /// A pass with the default parameter values.
    pub fn new(of: impl Into<Op>, pass: Pass) -> Self {
        let of = of.into();
        let params = of.params().iter().map(|param| param.default as f32).collect();
        Self { of, pass, params, kinks: Kinks::Torch, thin: 1 }
    }

    /// The same with other parameter values. A wrong number of them is reported when the case is run.
    pub fn with(self, values: impl Into<Values>) -> Self {
        Self { params: values.into().into(), ..self }
    }

    /// The same with another system's gradients at kinks.
    pub fn kinks(self, kinks: Kinks) -> Self {
        Self { kinks, ..self }
    }

    /// The same with one of so many inputs, and without the longest rows: for what is slow. Zeros, infinities, kinks and
    /// their like are always tried.
    pub fn thinned(self, thin: u32) -> Self {
        Self { thin: thin.max(1), ..self }
    }

    /// All that there is to check of a function: its passes with default and other parameter values, and gradients where
    /// other systems choose another one at kinks.
    ///
    /// ```
    /// use wgpu_activations::{Pass, gate::SWIGLU};
    /// use wgpu_activations_harness::check::Case;
    /// let passes: Vec<Pass> = Case::all(&SWIGLU).iter().map(|case| case.pass).collect();
    /// assert_eq!(passes, [Pass::Forward, Pass::Backward]);
    /// ```
    pub fn all(of: impl Into<Op>) -> Vec<Self> {
        let of = of.into();
        let narrow = |values: &&[f64]| values.iter().map(|&v| v as f32).collect::<Vec<f32>>();
        let variants: Vec<Vec<f32>> = match of {
            Op::Activation(activation) => activation.variants.iter().map(narrow).collect(),
            Op::Gate(gate) => gate.variants.iter().map(narrow).collect(),
            Op::RowFunction(row) => row.variants.iter().map(narrow).collect(),
            _ => Vec::new(),
        };
        let default = Case::new(of, Pass::Forward).params;
        let values: Vec<Vec<f32>> = std::iter::once(default).chain(variants).collect();
        let case = |params: &Vec<f32>, pass| Case { of, pass, params: params.clone(), kinks: Kinks::Torch, thin: 1 };
        let passes = of.passes();
        let each = values.iter().flat_map(|params| passes.iter().map(move |&pass| case(params, pass)));
        let mut all: Vec<Case> = each.filter(Case::takes_its_values).collect();
        if let Op::Activation(activation) = of {
            let systems = Kinks::ALL.into_iter().filter(|&kinks| activation.differs(kinks));
            all.extend(systems.flat_map(|kinks| values.iter().map(move |v| case(v, Pass::Backward).kinks(kinks))));
        }
        all
    }

    /// Whether the pass is made for these values: outputs do not always determine gradients.
    fn takes_its_values(&self) -> bool {
        let rows = matches!(self.of, Op::RowFunction(row) if row.gradient == Gradient::Output);
        let from_output = self.pass == Pass::BackwardFromOutput || rows && self.pass == Pass::Backward;
        let takes = |param: &Param, v| param.range.contains(v) && (!from_output || param.from_output.contains(v));
        self.of.params().iter().zip(&self.params).all(|(param, &v)| takes(param, v))
    }

    /// The values as the reference takes them.
    pub(super) fn wide_params(&self) -> Vec<f64> {
        self.params.iter().map(|&v| f64::from(v)).collect()
    }
}
