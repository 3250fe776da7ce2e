//! Kernels to compare with: plain copies, and functions as one writes them with WGSL's built-ins.

use crate::naive::formula;

/// The kernels of `measure/copy.wgsl` that move as much as a forward pass, a backward pass and a gate's backward pass; entry
/// points.
pub const COPIES: [&str; 3] = ["one_to_one", "two_to_one", "three_to_two"];

/// The text of [`COPIES`].
pub(super) const COPY: &str = include_str!("../measure/copy.wgsl");

/// The forward pass of a function in its naive form, in `f32`, an element for an element of the copy; not every function has one.
pub fn naive(name: &str) -> Option<String> {
    let formula = formula(name)?;
    let read = "out[args.out + i] = a[args.a + i];";
    let write = format!(
        "let x = bitcast<vec4<f32>>(a[args.a + i]);\n        out[args.out + i] = bitcast<vec4<u32>>({formula});"
    );
    Some(COPY.replacen(read, &write, 1))
}
