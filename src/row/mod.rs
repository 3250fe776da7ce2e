//! Row-wise functions: softmax and its family, projections onto the simplex, logsumexp, maxout.
//!
//! A function is a pair of files with one name, `shaders/row/NAME.wgsl` and `src/row/NAME.rs`, and one line in the list at
//! the end of this file. A tensor is seen along one of its axes, as an [`Extent`](crate::Extent) of outer indices, length of a
//! row and inner indices.

pub use crate::function::{Gradient, Line, RowBounds, RowFunction};

/// Declares the modules and the list: the one line that adding a function takes.
macro_rules! catalogue {
    ($($module:ident: $name:ident),* $(,)?) => {
        $(mod $module; pub use $module::$name;)*
        /// Every row-wise function, in the order of the documentation.
        pub static ALL: &[&RowFunction] = &[$(&$name),*];
    };
}

catalogue! {
    softmax: SOFTMAX,
    softmax2d: SOFTMAX2D,
    log_softmax: LOG_SOFTMAX,
    logsumexp: LOGSUMEXP,
    softmin: SOFTMIN,
    quiet_softmax: QUIET_SOFTMAX,
    scaled_softmax: SCALED_SOFTMAX,
    masked_softmax: MASKED_SOFTMAX,
    causal_softmax: CAUSAL_SOFTMAX,
    attention_softmax: ATTENTION_SOFTMAX,
    hardmax: HARDMAX,
    sparsemax: SPARSEMAX,
    entmax15: ENTMAX15,
    solu: SOLU,
    squash: SQUASH,
    maxout: MAXOUT,
}
