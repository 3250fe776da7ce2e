//! Words for tensors, which everything above shares: what is computed, how numbers are stored, how axes are seen.

mod element;
mod extent;
mod groups;
mod halves;
mod inputs;
mod mask;
mod pass;
mod storage;

pub use element::Element;
pub use extent::Extent;
pub use groups::Groups;
pub use halves::Halves;
pub(crate) use halves::{pieces, place};
pub(crate) use inputs::wide;
pub use inputs::{Inputs, Tensor};
pub use mask::Mask;
pub use pass::Pass;
pub use storage::Storage;
