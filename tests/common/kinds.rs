//! What a function with values is.

use wgpu_activations::{Activation, Gate, Op, RowFunction, With};

pub fn activation_of(f: &With<'_>) -> &'static Activation {
    let Op::Activation(a) = f.op() else { panic!("{} is no activation", f.op().name()) };
    a
}

pub fn gate_of(f: &With<'_>) -> &'static Gate {
    let Op::Gate(gate) = f.op() else { panic!("{} is no gate", f.op().name()) };
    gate
}

pub fn row_of(f: &With<'_>) -> &'static RowFunction {
    let Op::RowFunction(row) = f.op() else { panic!("{} has no rows", f.op().name()) };
    row
}
