//! The kernels on every adapter that the tests are given, and what users do with them. All of it needs a GPU.

#[path = "../common/mod.rs"]
mod common;

mod accuracy;
mod arena;
mod embedding;
mod errors;
mod experts;
mod gates;
mod guards;
mod kinks;
mod large;
mod launch;
mod layouts;
mod lengths;
mod limits;
mod neighbours;
mod quantized;
mod ranges;
mod shared;
mod snippets;
mod startup;
mod storage;
mod sums;
mod values;
mod windows;
