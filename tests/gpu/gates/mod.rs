//! Gated functions and CReLU on the GPU: accuracy, layouts, windows, special values, errors.

mod accuracy;
mod channels;
mod layouts;
mod misuse;
mod special;
mod windows;
