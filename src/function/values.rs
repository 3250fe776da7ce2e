//! Values for a function's parameters.

/// Parameter values in order; made from one `f32`, an array or a slice.
#[derive(Clone, Debug, PartialEq)]
pub struct Values(pub(crate) Vec<f32>);

impl From<f32> for Values {
    fn from(value: f32) -> Self {
        Self(vec![value])
    }
}

impl<const N: usize> From<[f32; N]> for Values {
    fn from(values: [f32; N]) -> Self {
        Self(values.to_vec())
    }
}

impl From<&[f32]> for Values {
    fn from(values: &[f32]) -> Self {
        Self(values.to_vec())
    }
}

impl From<Values> for Vec<f32> {
    fn from(values: Values) -> Self {
        values.0
    }
}

impl From<Vec<f32>> for Values {
    fn from(values: Vec<f32>) -> Self {
        Self(values)
    }
}
