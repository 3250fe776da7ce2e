//! Arithmetic of `f32` as a driver does it.

use super::driver::{Driver, Error, Use, mix};
use super::value::{From, Number, One, id, map};

const ADD: u64 = 1;
const SUBTRACT: u64 = 2;
const MULTIPLY: u64 = 3;
const NEGATE: u64 = 4;
const DIVIDE: u64 = 5;
const FMA: u64 = 6;
const BUILTIN: u64 = 16;

/// Functions whose results need not round correctly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Builtin {
    Sqrt,
    InverseSqrt,
    Exp,
    Exp2,
    Log,
    Log2,
}

impl Driver {
    /// A number as an operand of an operation.
    fn seen(&self, bits: u32, operation: u64) -> u32 {
        let subnormal = bits & 0x7f80_0000 == 0 && self.flush != Use::Never;
        if subnormal && self.uses(self.flush, operation) { bits & 0x8000_0000 } else { bits }
    }

    fn float<const N: usize>(&self, operation: u64, operands: [&One; N], f: impl Fn([f32; N]) -> f32) -> One {
        // Devices flush by the kind of an operation.
        let flushed = self.flush != Use::Never && self.uses(self.flush, operation);
        let seen = |bits: u32| if flushed && bits & 0x7f80_0000 == 0 { bits & 0x8000_0000 } else { bits };
        map(operation, operands, |bits| seen(f(bits.map(|bits| f32::from_bits(seen(bits)))).to_bits()))
    }

    /// What compares, chooses or converts numbers.
    pub(super) fn plain<const N: usize>(
        &self,
        operation: u64,
        operands: [&One; N],
        f: impl Fn([f32; N]) -> f32,
    ) -> One {
        self.float(operation, operands, f)
    }

    /// A predicate of numbers.
    pub(super) fn holds(&self, operation: u64, operands: [&One; 2], f: impl Fn(f32, f32) -> bool) -> One {
        map(operation, operands, |bits| {
            let [a, b] = bits.map(|bits| f32::from_bits(self.seen(bits, operation)));
            u32::from(f(a, b))
        })
    }

    pub(super) fn negate(&self, a: &One) -> One {
        let made = map(NEGATE, [a], |[bits]| bits ^ 0x8000_0000);
        with(made, From::Negation(a.clone()))
    }

    pub(super) fn multiply(&self, a: &One, b: &One) -> One {
        let place = id(MULTIPLY, &[a, b]);
        if self.fold
            && let Some(made) = self.joined(a, b).or_else(|| self.joined(b, a))
        {
            return made;
        }
        if self.finite
            && self.uses(Use::Random, place ^ 0xd1)
            && let Some(made) = self.distributed(a, b).or_else(|| self.distributed(b, a))
        {
            return made;
        }
        if self.reorder
            && let Some(made) = self.reordered(a, b, place)
        {
            return made;
        }
        self.product(a, b)
    }

    pub(super) fn product(&self, a: &One, b: &One) -> One {
        let made = self.float(MULTIPLY, [a, b], |[a, b]| a * b);
        with(made, From::Product(a.clone(), b.clone()))
    }

    /// a + b, or a - b.
    pub(super) fn add(&self, a: &One, b: &One, minus: bool) -> One {
        let operation = if minus { SUBTRACT } else { ADD };
        let place = id(operation, &[a, b]);
        if self.fold
            && let Some(made) = self.folded(a, b, minus, place)
        {
            return made;
        }
        if self.uses(self.factor, place ^ 0xfac)
            && let Some(made) = self.factored(a, b, minus).or_else(|| self.regrouped(a, b, minus))
        {
            return made;
        }
        if self.uses(self.contract, place) {
            let sign = if minus { -1.0 } else { 1.0 };
            if let From::Product(p, q) = &a.from {
                let made = self.float(FMA ^ operation, [p, q, b], |[p, q, b]| p.mul_add(q, sign * b));
                return with(made, From::Sum(a.clone(), b.clone(), minus));
            }
            if let From::Product(p, q) = &b.from {
                let made = self.float(FMA ^ operation, [p, q, a], |[p, q, a]| (sign * p).mul_add(q, a));
                return with(made, From::Sum(a.clone(), b.clone(), minus));
            }
        }
        self.sum(a, b, minus)
    }

    /// p q + r, rounded once.
    pub(super) fn contracted(&self, p: &One, q: &One, r: &One) -> One {
        self.float(FMA, [p, q, r], |[p, q, r]| p.mul_add(q, r))
    }

    pub(super) fn sum(&self, a: &One, b: &One, minus: bool) -> One {
        let made = match minus {
            true => self.float(SUBTRACT, [a, b], |[a, b]| a - b),
            false => self.float(ADD, [a, b], |[a, b]| a + b),
        };
        with(made, From::Sum(a.clone(), b.clone(), minus))
    }

    pub(super) fn fma(&self, a: &One, b: &One, c: &One) -> One {
        if self.unfused {
            // As any other product and sum, with all that may become of them.
            let product = self.multiply(a, b);
            return self.add(&product, c, false);
        }
        if self.factor == Use::Always {
            // Some compilers see through it.
            let product = self.product(a, b);
            let made = self.float(FMA, [a, b, c], |[a, b, c]| a.mul_add(b, c));
            return with(made, From::Sum(product, c.clone(), false));
        }
        self.float(FMA, [a, b, c], |[a, b, c]| a.mul_add(b, c))
    }

    pub(super) fn divide(&self, a: &One, b: &One) -> One {
        let place = id(DIVIDE, &[a, b]);
        let made = self.float(DIVIDE, [a, b], |[a, b]| {
            if self.division == Error::None || !(a.is_finite() && b.is_normal()) || a == 0.0 {
                return a / b;
            }
            // Beyond 2^126 the reciprocal, by which devices multiply, is subnormal.
            if b.abs() > 8.507_059e37 {
                return a * 0.0;
            }
            self.off(f64::from(a) / f64::from(b), 2.5, self.division, place)
        });
        with(made, From::Other)
    }

    pub(super) fn builtin(&self, function: Builtin, a: &One) -> One {
        let operation = BUILTIN + function as u64;
        let place = id(operation, &[a]);
        self.float(operation, [a], |[a]| {
            let v = f64::from(a);
            let (exact, ulps, error) = match function {
                Builtin::Sqrt => (v.sqrt(), 2.5, self.division),
                Builtin::InverseSqrt => (1.0 / v.sqrt(), 2.0, self.division),
                Builtin::Exp => (v.exp(), 3.0 + 2.0 * v.abs(), self.builtin),
                Builtin::Exp2 => (v.exp2(), 3.0 + 2.0 * v.abs(), self.builtin),
                Builtin::Log | Builtin::Log2 => {
                    let exact = if function == Builtin::Log { v.ln() } else { v.log2() };
                    let unit = ulp(exact);
                    (exact, if (0.5..=2.0).contains(&v) { 4.76837158203125e-7 / unit } else { 3.0 }, self.builtin)
                }
            };
            if error == Error::None || !exact.is_finite() || exact == 0.0 {
                return exact as f32;
            }
            self.off(exact, ulps, error, place)
        })
    }

    /// A number so many units from an exact one.
    fn off(&self, exact: f64, ulps: f64, error: Error, place: u64) -> f32 {
        let unit = ulp(exact);
        let share = match error {
            Error::None => 0.0,
            Error::Up => 1.0,
            Error::Down => -1.0,
            Error::Random => mix(place ^ exact.to_bits() ^ self.seed) as f64 / (1u64 << 63) as f64 - 1.0,
        };
        let wanted = exact + share * ulps * unit;
        let near = wanted as f32;
        // No rounding leads further away than that.
        let too_far = (f64::from(near) - exact).abs() > ulps * unit;
        match too_far {
            true if f64::from(near) > exact => near.next_down(),
            true => near.next_up(),
            false => near,
        }
    }
}

/// The distance of numbers of `f32` at a value.
fn ulp(v: f64) -> f64 {
    let exponent = (v.abs().to_bits() >> 52).max(1023 - 126);
    f64::from_bits((exponent - 23) << 52)
}

/// The same number, with what it was made of, unless that is known to be a constant.
fn with(made: One, from: From) -> One {
    if matches!(made.from, From::Constant) {
        return made;
    }
    match std::rc::Rc::try_unwrap(made) {
        Ok(number) => Number::new(number.bits, number.id, from),
        Err(shared) => shared,
    }
}
