//! What needs no GPU: the catalogues, the `f64` reference and the kernels' texts.

#[path = "../common/mod.rs"]
mod common;

mod catalogue;
mod floors;
mod names;
mod reference;
mod texts;
mod words;
