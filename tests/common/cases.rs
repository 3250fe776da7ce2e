//! The cases of the checks, as functions with values and their passes.

use wgpu_activations::{Activation, Pass, RowFunction, With};
use wgpu_activations_harness::check::Case;

pub fn function(case: &Case, a: &'static Activation) -> With<'static> {
    a.with(case.params.as_slice()).kinks(case.kinks)
}

pub fn passes(a: &'static Activation) -> impl Iterator<Item = (With<'static>, Pass)> {
    Case::all(a).into_iter().map(move |case| (function(&case, a), case.pass))
}

pub fn row_passes(row: &'static RowFunction) -> impl Iterator<Item = (With<'static>, Pass)> {
    Case::all(row).into_iter().map(move |case| (row.with(case.params.as_slice()), case.pass))
}
