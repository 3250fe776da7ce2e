//! Gated functions and CReLU on the GPU: accuracy, layouts, windows, errors.

#[path = "../common/mod.rs"]
mod common;

mod accuracy;
