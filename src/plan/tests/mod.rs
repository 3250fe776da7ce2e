//! The planner against its promises: whatever the lengths and limits, every element is covered once, and nothing asks for more
//! than the device allows. The kernels' index arithmetic is repeated here in plain loops.

mod elementwise;
mod gate;
mod numbers;
mod property;
mod row;

use super::{Limits, Tuning};
use numbers::Numbers;

/// What the planner promises, for a case made of these bytes.
#[cfg(fuzzing)]
#[doc(hidden)]
pub fn promises(bytes: &[u8]) {
    let numbers = &mut Numbers::of(bytes);
    match numbers.below(6) {
        0 => drop(elementwise::elements_hold(numbers)),
        1 => drop(elementwise::sums_hold(numbers)),
        2 => gate::halves_hold(numbers, &mut [0; 3]),
        3 => gate::pieces_hold(numbers),
        4 => drop(row::rows_hold(numbers, &mut [0; 3])),
        _ => drop(property::plan_holds(numbers)),
    }
}

/// Limits of some kind of device.
fn limits(numbers: &mut Numbers<'_>, binding: u64, groups: u64) -> Limits {
    let alignment = numbers.pick(&[4, 16, 32, 256]);
    Limits { binding, alignment, groups, buffers: 8, tuning: numbers.pick(&Tuning::ALL) }
}
