//! Buffers of gradients, whose first is x or, where the gradient comes from the output, y.

use wgpu_activations::row::{Gradient, RowFunction};
use wgpu_activations::wgpu::BufferSlice;
use wgpu_activations::{Buffers, Pass};

/// Those of a pass of an activation.
pub fn of_pass<'a>(pass: Pass, from: BufferSlice<'a>, dy: BufferSlice<'a>, out: BufferSlice<'a>) -> Buffers<'a> {
    match pass {
        Pass::BackwardFromOutput => Buffers::new().y(from).dy(dy).dx(out),
        Pass::ParamGradient(_) => Buffers::new().x(from).dy(dy).sums(out),
        _ => Buffers::new().x(from).dy(dy).dx(out),
    }
}

/// Those of the gradient of rows.
pub fn of_rows<'a>(row: &RowFunction, from: BufferSlice<'a>, dy: BufferSlice<'a>, dx: BufferSlice<'a>) -> Buffers<'a> {
    let pass = if row.gradient == Gradient::Output { Pass::BackwardFromOutput } else { Pass::Backward };
    of_pass(pass, from, dy, dx)
}
