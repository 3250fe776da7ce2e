//! Families of functions.

/// A family of activation functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Kind {
    /// Straight lines.
    Linear,
    /// Powers, roots, logarithms, hyperbolic functions.
    Elementary,
    /// Steps, with the gradients chosen for them.
    Step,
    /// Pieces of straight lines with a gradient of 0 or 1 nearly everywhere.
    Rectifier,
    /// An exponential on the left.
    Exponential,
    /// Sigmoids, their logarithms and integrals.
    Sigmoid,
    /// Sines and cosines.
    Periodic,
    /// x times a gate that depends on x.
    SelfGated,
    /// Functions that draw small values to 0.
    Shrink,
    /// Functions of the user's own: see [`Activation::custom`](super::Activation::custom).
    Custom,
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Kind::Linear => "linear",
            Kind::Elementary => "elementary",
            Kind::Step => "step",
            Kind::Rectifier => "rectifier",
            Kind::Exponential => "exponential",
            Kind::Sigmoid => "sigmoid",
            Kind::Periodic => "periodic",
            Kind::SelfGated => "self-gated",
            Kind::Shrink => "shrink",
            Kind::Custom => "custom",
        })
    }
}
