//! Row-wise functions on the GPU: accuracy, shapes of kernels, windows, special values, errors.

#[path = "../common/mod.rs"]
mod common;

mod accuracy;
mod attention;
mod embedding;
mod large;
mod loss;
mod measured;
mod misuse;
mod router;
mod shapes;
mod special;
mod sums;
mod windows;
mod worst;
