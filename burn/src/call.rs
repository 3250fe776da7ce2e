//! A function and how it lies on a tensor.

use burn::tensor::DType;
use wgpu_activations::row::Gradient;
use wgpu_activations::{Extent, Op, Pass, Spec, Storage, With};

use crate::error::{Error, Result};

/// What a kernel sees of a tensor's axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Axes {
    /// Nothing: every element is alike.
    Elements,
    /// Rows along an axis.
    Rows(usize),
    /// A weight for each index of an axis, or one for all.
    Weights(Option<usize>),
}

/// A function with its parameters' values, and how it lies on a tensor.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    with: With<'static>,
    axes: Axes,
}

impl Call {
    pub(crate) fn new(with: With<'static>, axes: Axes) -> Self {
        Self { with, axes }
    }

    pub(crate) fn with(&self) -> &With<'static> {
        &self.with
    }

    pub(crate) fn name(&self) -> &'static str {
        self.with.op().name()
    }

    /// Whether elements are alike, so that any order of them will do.
    pub(crate) fn of_elements(&self) -> bool {
        self.axes == Axes::Elements
    }

    /// Whether parameters are a tensor.
    pub(crate) fn weighted(&self) -> bool {
        matches!(self.axes, Axes::Weights(_))
    }

    /// A tensor of this shape as kernels see it.
    pub(crate) fn extent(&self, shape: &[usize]) -> Result<Extent> {
        Ok(match self.axes {
            Axes::Rows(axis) | Axes::Weights(Some(axis)) => Extent::along(shape, axis as isize)?,
            Axes::Elements | Axes::Weights(None) => Extent::from(shape.iter().product::<usize>()),
        })
    }

    /// The kernel of a pass on elements of a type.
    pub(crate) fn spec(&self, pass: Pass, dtype: DType) -> Result<Spec> {
        let storage = storage(dtype)?;
        let spec = Spec::of(&self.with, pass).storage(storage);
        Ok(if self.weighted() { spec.per_channel() } else { spec })
    }

    /// Whether it has a gradient.
    pub(crate) fn differentiable(&self) -> bool {
        Spec::of(&self.with, Pass::Backward).check().is_ok()
    }

    /// Whether the gradient is computed from y instead of x.
    pub(crate) fn saves_output(&self) -> bool {
        matches!(self.with.op(), Op::RowFunction(row) if row.gradient == Gradient::Output)
    }
}

/// How elements of a type are stored.
pub(crate) fn storage(dtype: DType) -> Result<Storage> {
    match dtype {
        DType::F32 => Ok(Storage::F32),
        DType::F16 => Ok(Storage::F16),
        DType::BF16 => Ok(Storage::Bf16),
        _ => Err(Error::Element { dtype }),
    }
}
