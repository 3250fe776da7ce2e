//! The language's functions.

use naga::{MathFunction, ScalarKind};
use wgpu_activations::half::f16;

use super::float::Builtin;
use super::machine::{Evaluated, Machine};
use super::value::{Number, One, Value, map};

impl Machine<'_> {
    pub(super) fn math(&self, fun: MathFunction, kind: ScalarKind, arguments: &[Value]) -> Evaluated<Value> {
        use MathFunction as Fun;
        let operation = (1 << 24) + ((fun as u64) << 4) + kind as u64;
        if let (Fun::Unpack2x16float, [words]) = (fun, arguments) {
            let half = |shift: u32| {
                let widen = move |[word]: [u32; 1]| f16::from_bits((word >> shift) as u16).to_f32().to_bits();
                map(operation + (u64::from(shift) << 32), [&words[0]], widen)
            };
            return Ok(vec![half(0), half(16)]);
        }
        if let (Fun::Pack2x16float, [halves]) = (fun, arguments) {
            let narrow = |bits: u32| u32::from(f16::from_f32(f32::from_bits(bits)).to_bits());
            return Ok(vec![map(operation, [&halves[0], &halves[1]], |[a, b]| narrow(a) | narrow(b) << 16)]);
        }
        if let (Fun::Dot, ScalarKind::Float, [a, b]) = (fun, kind, arguments) {
            let mut products = a.iter().zip(b).map(|(a, b)| self.driver.multiply(a, b));
            let first = products.next().ok_or("a product of nothing")?;
            return Ok(vec![products.fold(first, |sum, next| self.driver.add(&sum, &next, false))]);
        }
        let count = arguments.iter().map(Vec::len).max().unwrap_or(0);
        let at = |which: usize, k: usize| {
            let argument = arguments.get(which)?;
            argument.get(if argument.len() == 1 { 0 } else { k })
        };
        let each = |k: usize| match kind {
            ScalarKind::Float => self.float_math(fun, operation, at(0, k), at(1, k), at(2, k)),
            _ => integer_math(fun, kind, self.driver.fold, operation, at(0, k), at(1, k), at(2, k)),
        };
        (0..count).map(each).map(|made| made.ok_or_else(|| format!("{fun:?} of {kind:?}"))).collect()
    }

    fn float_math(
        &self,
        fun: MathFunction,
        operation: u64,
        a: Option<&One>,
        b: Option<&One>,
        c: Option<&One>,
    ) -> Option<One> {
        use MathFunction as Fun;
        let (driver, a) = (&self.driver, a?);
        let single = |f: fn(f32) -> f32| Some(driver.plain(operation, [a], |[a]| f(a)));
        let positive = |one: One| Some(Number::positive(one));
        // Limits that only infinities exceed need no comparison.
        let none = |limit: &One, end: f32| driver.finite && limit.value() == Some(end);
        let lower = |a: &One, limit: &One| match none(limit, f32::MIN) {
            true => a.clone(),
            false => driver.plain(operation ^ 1, [a, limit], |[a, b]| a.max(b)),
        };
        let upper = |a: &One, limit: &One| match none(limit, f32::MAX) {
            true => a.clone(),
            false => driver.plain(operation ^ 2, [a, limit], |[a, b]| a.min(b)),
        };
        match fun {
            Fun::Abs => positive(map(operation, [a], |[a]| a & 0x7fff_ffff)),
            Fun::Min => Some(upper(a, b?)),
            Fun::Max if b?.is_positive(0) => positive(lower(a, b?)),
            Fun::Max => Some(lower(a, b?)),
            Fun::Clamp if b?.is_positive(0) => positive(upper(&lower(a, b?), c?)),
            Fun::Clamp => Some(upper(&lower(a, b?), c?)),
            Fun::Saturate => positive(driver.plain(operation, [a], |[a]| a.clamp(0.0, 1.0))),
            Fun::Floor => single(f32::floor),
            Fun::Ceil => single(f32::ceil),
            Fun::Round => single(f32::round_ties_even),
            Fun::Trunc => single(f32::trunc),
            Fun::Fract => single(|a| a - a.floor()),
            Fun::Sign => single(|a| {
                if a > 0.0 {
                    1.0
                } else if a < 0.0 {
                    -1.0
                } else {
                    0.0
                }
            }),
            Fun::Fma => Some(driver.fma(a, b?, c?)),
            Fun::Ldexp => {
                let power = |[v, n]: [u32; 2]| (f64::from(f32::from_bits(v)) * 2f64.powi(n as i32)) as f32;
                let made = map(operation, [a, b?], |bits| power(bits).to_bits());
                Some(driver.plain(operation ^ 3, [&made], |[v]| v))
            }
            Fun::Sqrt => positive(driver.builtin(Builtin::Sqrt, a)),
            Fun::InverseSqrt => positive(driver.builtin(Builtin::InverseSqrt, a)),
            Fun::Exp => positive(driver.builtin(Builtin::Exp, a)),
            Fun::Exp2 => positive(driver.builtin(Builtin::Exp2, a)),
            Fun::Log => Some(driver.builtin(Builtin::Log, a)),
            Fun::Log2 => Some(driver.builtin(Builtin::Log2, a)),
            _ => None,
        }
    }
}

fn integer_math(
    fun: MathFunction,
    kind: ScalarKind,
    ranges: bool,
    operation: u64,
    a: Option<&One>,
    b: Option<&One>,
    c: Option<&One>,
) -> Option<One> {
    use MathFunction as Fun;
    let (a, signed) = (a?, kind == ScalarKind::Sint);
    let beyond = |limit: &One| limit.value().is_some_and(|v| v.to_bits() >> 31 == 1);
    let less = move |a: u32, b: u32| if signed { (a as i32) < b as i32 } else { a < b };
    match fun {
        // A compiler that looks at ranges knows when a limit is never reached.
        Fun::Min if ranges && !signed && beyond(b?) && a.is_positive(8) => Some(a.clone()),
        Fun::Min => Some(map(operation, [a, b?], |[a, b]| if less(b, a) { b } else { a })),
        Fun::Max => Some(map(operation, [a, b?], |[a, b]| if less(a, b) { b } else { a })),
        Fun::Clamp => Some(map(operation, [a, b?, c?], |[a, low, high]| {
            let a = if less(a, low) { low } else { a };
            if less(high, a) { high } else { a }
        })),
        Fun::Abs => Some(map(operation, [a], |[a]| if signed { (a as i32).wrapping_abs() as u32 } else { a })),
        Fun::CountLeadingZeros => Some(map(operation, [a], |[a]| a.leading_zeros())),
        Fun::FirstLeadingBit => Some(map(operation, [a], |[a]| 31u32.wrapping_sub(a.leading_zeros()))),
        Fun::ExtractBits => Some(map(operation, [a, b?, c?], |[a, offset, count]| {
            let (offset, count) = (offset.min(32), count.min(32 - offset.min(32)));
            if count == 0 {
                return 0;
            }
            let up = a << (32 - offset - count);
            if signed { (up as i32 >> (32 - count)) as u32 } else { up >> (32 - count) }
        })),
        _ => None,
    }
}
