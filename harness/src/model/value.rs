//! Values of all invocations of a workgroup at once, which remember what they were made of.

use std::rc::Rc;

use super::driver::mix;

/// A number of each invocation, as bits; what a compiler may see of its making.
#[derive(Debug)]
pub(super) struct Number {
    pub(super) bits: Vec<u32>,
    /// Equal for equal computations, as compilers find common ones.
    pub(super) id: u64,
    pub(super) from: From,
}

/// How a float came about, as far as arithmetic may be rearranged.
#[derive(Debug)]
pub(super) enum From {
    Other,
    /// By something that gives no number below 0.
    Positive,
    Constant,
    /// a + b or, if so, a - b.
    Sum(One, One, bool),
    Product(One, One),
    Negation(One),
}

/// A shared number.
pub(super) type One = Rc<Number>;
/// A value of any type, as its numbers in order.
pub(super) type Value = Vec<One>;

impl Number {
    pub(super) fn new(bits: Vec<u32>, id: u64, from: From) -> One {
        Rc::new(Self { bits, id, from })
    }

    pub(super) fn constant(bits: u32, lanes: usize) -> One {
        Self::new(vec![bits; lanes], mix(u64::from(bits) | 1 << 40), From::Constant)
    }

    /// The same number as one that is known not to be below 0.
    pub(super) fn positive(one: One) -> One {
        match Rc::try_unwrap(one) {
            Ok(Self { bits, id, from: From::Other }) => Self::new(bits, id, From::Positive),
            Ok(other) => Rc::new(other),
            Err(shared) => shared,
        }
    }

    /// Whether a compiler knows that it is not below 0: by itself, or as a sum, a product or a square of such.
    pub(super) fn is_positive(&self, depth: u8) -> bool {
        match &self.from {
            From::Positive => true,
            From::Constant => self.value().is_some_and(|v| v >= 0.0),
            From::Product(a, b) if a.id == b.id => true,
            From::Sum(a, b, false) | From::Product(a, b) => {
                depth > 0 && a.is_positive(depth - 1) && b.is_positive(depth - 1)
            }
            _ => false,
        }
    }

    /// The value of a constant.
    pub(super) fn value(&self) -> Option<f32> {
        matches!(self.from, From::Constant).then(|| self.bits.first().map(|&bits| f32::from_bits(bits))).flatten()
    }
}

/// The id of a computation: what is done, and to what.
pub(super) fn id(operation: u64, operands: &[&One]) -> u64 {
    operands.iter().fold(mix(operation ^ 0x5851_f42d_4c95_7f2d), |id, operand| mix(id.rotate_left(17) ^ operand.id))
}

/// A number made from others, lane by lane.
pub(super) fn map<const N: usize>(operation: u64, operands: [&One; N], f: impl Fn([u32; N]) -> u32) -> One {
    let lanes = operands.first().map_or(0, |operand| operand.bits.len());
    let bits = (0..lanes).map(|lane| f(operands.map(|operand| operand.bits[lane]))).collect();
    // What is made of constants compilers know as well as a constant.
    let constant = operands.iter().all(|operand| matches!(operand.from, From::Constant));
    Number::new(bits, id(operation, &operands), if constant { From::Constant } else { From::Other })
}
