//! What the catalogues' functions are made of, and functions with values for their parameters.

mod activation;
mod bounds;
mod call;
mod doubling;
mod gate;
mod gate_form;
mod kind;
mod kinks;
pub(crate) mod line;
mod mask;
mod op;
mod param;
pub(crate) mod prelude;
mod row;
mod scores;
mod values;
mod with;

pub use activation::{Activation, MAX_PARAMS, Scalar};
pub use bounds::{Bounds, Roots};
pub(crate) use call::Call;
pub use doubling::Doubling;
pub use gate::Gate;
pub use gate_form::Output;
pub(crate) use gate_form::{Form, Own, largest_of};
pub use kind::Kind;
pub use kinks::Kinks;
pub use line::Line;
pub(crate) use mask::check_mask;
pub use op::Op;
pub use param::Param;
pub(crate) use param::{check_values, index_of};
pub(crate) use row::{Fatal, Fold};
pub use row::{Gradient, RowBounds, RowFunction};
pub(crate) use scores::check_scores;
pub use values::Values;
pub use with::With;

pub use crate::range::Range;
