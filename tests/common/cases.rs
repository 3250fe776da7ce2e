//! The cases of the checks, as functions with values and their passes.

use wgpu_activations::{Activation, Function, Pass, RowFunction, Rowwise};
use wgpu_activations_harness::check::Case;

pub fn function(case: &Case, a: &'static Activation) -> Function<'static> {
    a.with(case.params.as_slice()).kinks(case.kinks)
}

pub fn passes(a: &'static Activation) -> impl Iterator<Item = (Function<'static>, Pass)> {
    Case::all(a).into_iter().map(move |case| (function(&case, a), case.pass))
}

pub fn row_passes(row: &'static RowFunction) -> impl Iterator<Item = (Rowwise<'static>, Pass)> {
    Case::all(row).into_iter().map(move |case| (row.with(case.params.as_slice()), case.pass))
}
