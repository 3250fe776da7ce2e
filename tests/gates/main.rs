//! Gated functions and CReLU on the GPU: accuracy, layouts, windows, special values, errors.

#[path = "../common/mod.rs"]
mod common;

mod accuracy;
mod catalogue;
mod channels;
mod layouts;
mod misuse;
mod special;
mod texts;
mod ways;
mod windows;
