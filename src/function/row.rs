//! What is known of a row-wise function.

use super::{Line, Param, line};
use crate::error::{Error, Result};
use crate::tensor::Extent;

/// What is known of one row-wise function.
#[derive(Debug)]
#[non_exhaustive]
pub struct RowFunction {
    /// PyTorch's name where it has one; also the name of the Rust file.
    pub name: &'static str,
    /// Other names of the same function.
    pub aliases: &'static [&'static str],
    /// The folder of the WGSL file below `shaders/`.
    pub(crate) folder: &'static str,
    /// The WGSL file and the first part of its functions' names.
    pub symbol: &'static str,
    /// The function in plain text, for a row x of the elements x_i.
    pub formula: &'static str,
    /// Its gradient in plain text, for an upstream gradient dy.
    pub derivative: &'static str,
    /// The parameters, in order.
    pub params: &'static [Param],
    /// Further parameter values that the checks try.
    pub variants: &'static [&'static [f64]],
    /// Where frameworks disagree, and what becomes of infinities and NaN.
    pub convention: &'static str,
    /// Where it was published.
    pub paper: &'static str,
    /// The axis that is meant unless another is named; negative axes count from the end.
    pub axis: isize,
    /// Whether a second tensor, the mask, is added to the rows.
    pub masked: bool,
    /// Whether rows are attention's scores, which [`Spec::mask`](crate::Spec::mask), [`Spec::slopes`](crate::Spec::slopes) and
    /// [`Spec::sinks`](crate::Spec::sinks) take tensors for.
    pub attention: bool,
    /// Whether each row has a target, the number of a class: see [`loss`](crate::loss).
    pub targets: bool,
    /// Whether it chooses experts: see [`router`](crate::router).
    pub routes: bool,
    /// Whether a row gives one element instead of a row.
    pub reduces: bool,
    /// What the gradient is computed from.
    pub gradient: Gradient,
    /// What kernels fold from a row before they write its values.
    pub(crate) forward: Fold,
    /// The same for the gradient.
    pub(crate) backward: Fold,
    /// Which largest elements leave nothing but NaN.
    pub(crate) fatal: Fatal,
    /// The reference value of a row.
    pub value: fn(&Line<'_>) -> Vec<f64>,
    /// The reference gradient of a row: of its input or, where the gradient comes from the output, as a function of that.
    pub dx: fn(&Line<'_>, &[f64]) -> Vec<f64>,
    /// How large errors may be.
    pub bounds: RowBounds,
}

/// What a gradient is computed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Gradient {
    /// The input of the forward pass.
    Input,
    /// Its output.
    Output,
    /// There is none.
    None,
}

/// What is folded from a row before its values are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fold {
    /// The largest key.
    Key,
    /// The largest key and where it stands first.
    First,
    /// A sum.
    Sum,
    /// The largest key, then sums for a number of rounds, each in a state made of the last one.
    KeySum(u32),
}

/// Which maxima make a whole row NaN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fatal {
    /// NaN alone.
    Nan,
    /// NaN and inf.
    Inf,
    /// NaN, inf, and -inf: rows that are -inf throughout.
    BothInf,
}

/// The largest errors of a row's elements.
///
/// Results below the smallest normal `f32` may flush to 0.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct RowBounds {
    /// Of the value, in ULP of the larger of itself and `unit`.
    pub forward: f64,
    /// What is forgiven beyond that, in ULP, for each element: the distance of its logit from the row's largest, or what cancels.
    pub slack: fn(&Line<'_>) -> Vec<f64>,
    /// The unit of values that come about by cancellation: 1 for projections and logsumexp, else 0.
    pub unit: f64,
    /// How far from 1 a row's sum may be, where rows add up to 1: that of the `f32` results, added up exactly, of rows of up to ten
    /// million elements. Results of 16 bits are rounded once more, each by itself.
    pub sum: Option<f64>,
    /// Of the gradient, in ULP of the largest term.
    pub backward: f64,
    /// The largest term of each element's gradient; a sum within it counts with the magnitudes of its terms.
    pub largest: fn(&Line<'_>, &[f64]) -> Vec<f64>,
}

impl RowFunction {
    pub(crate) const fn new(
        name: &'static str,
        value: fn(&Line<'_>) -> Vec<f64>,
        dx: fn(&Line<'_>, &[f64]) -> Vec<f64>,
    ) -> Self {
        Self {
            name,
            aliases: &[],
            folder: "row",
            symbol: name,
            formula: "",
            derivative: "",
            params: &[],
            variants: &[],
            convention: "",
            paper: "",
            axis: -1,
            masked: false,
            attention: false,
            targets: false,
            routes: false,
            reduces: false,
            gradient: Gradient::Output,
            forward: Fold::KeySum(1),
            backward: Fold::Sum,
            fatal: Fatal::BothInf,
            value,
            dx,
            bounds: RowBounds {
                forward: 4.0,
                slack: |line| vec![0.0; line.x.len()],
                unit: 0.0,
                sum: None,
                backward: 16.0,
                largest: line::largest_of_softmax,
            },
        }
    }

    /// Fails for rows of no element that are to give one.
    pub(crate) fn check_length(&self, extent: Extent) -> Result<()> {
        if !self.reduces || extent.channels > 0 || extent.outer.saturating_mul(extent.inner) == 0 {
            return Ok(());
        }
        let reason = format!("{}: a row without elements gives none: the axis has length 0", self.name);
        Err(Error::Extent { reason })
    }

    /// Where the WGSL file lies, without folder and ending.
    pub(crate) fn file(&self) -> String {
        format!("{}/{}", self.folder, self.symbol)
    }
}
