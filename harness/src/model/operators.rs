//! Operators and conversions.

use naga::{BinaryOperator, ScalarKind, UnaryOperator};

use super::machine::{Evaluated, Machine};
use super::value::{Number, One, map};

/// Larger than every id of an operation on floats.
pub(super) const INTEGER: u64 = 1 << 16;

impl Machine<'_> {
    pub(super) fn unary(&self, op: UnaryOperator, kind: ScalarKind, a: &One) -> One {
        match (op, kind) {
            (UnaryOperator::Negate, ScalarKind::Float) => self.driver.negate(a),
            (UnaryOperator::Negate, _) => map(INTEGER + 8, [a], |[a]| a.wrapping_neg()),
            (UnaryOperator::LogicalNot, _) => map(INTEGER + 9, [a], |[a]| a ^ 1),
            (UnaryOperator::BitwiseNot, _) => map(INTEGER + 10, [a], |[a]| !a),
        }
    }

    pub(super) fn binary(&self, op: BinaryOperator, kind: ScalarKind, a: &One, b: &One) -> Evaluated<One> {
        use BinaryOperator as Op;
        let operation = INTEGER + 32 + 16 * kind as u64 + ((op as u64) << 8);
        if kind == ScalarKind::Float {
            if let Some(known) = self.decided(op, a, b) {
                return Ok(Number::constant(u32::from(known), self.lanes));
            }
            let holds = |f: fn(f32, f32) -> bool| Ok(self.driver.holds(operation, [a, b], f));
            return match op {
                Op::Add => Ok(self.driver.add(a, b, false)),
                Op::Subtract => Ok(self.driver.add(a, b, true)),
                Op::Multiply => Ok(self.driver.multiply(a, b)),
                Op::Divide => Ok(self.driver.divide(a, b)),
                Op::Equal => holds(|a, b| a == b),
                Op::NotEqual => holds(|a, b| a != b),
                Op::Less => holds(|a, b| a < b),
                Op::LessEqual => holds(|a, b| a <= b),
                Op::Greater => holds(|a, b| a > b),
                Op::GreaterEqual => holds(|a, b| a >= b),
                other => Err(format!("{other:?} of floats")),
            };
        }
        let signed = kind == ScalarKind::Sint;
        let order = |f: fn(std::cmp::Ordering) -> bool| {
            map(operation, [a, b], |[a, b]| u32::from(f(if signed { (a as i32).cmp(&(b as i32)) } else { a.cmp(&b) })))
        };
        let of = |f: fn(u32, u32) -> u32| map(operation, [a, b], |[a, b]| f(a, b));
        Ok(match op {
            Op::Add => of(u32::wrapping_add),
            Op::Subtract => of(u32::wrapping_sub),
            Op::Multiply => of(u32::wrapping_mul),
            Op::Divide if signed => of(|a, b| (a as i32).checked_div(b as i32).unwrap_or(a as i32) as u32),
            Op::Divide => of(|a, b| a.checked_div(b).unwrap_or(a)),
            Op::Modulo if signed => of(|a, b| (a as i32).checked_rem(b as i32).unwrap_or(0) as u32),
            Op::Modulo => of(|a, b| a.checked_rem(b).unwrap_or(0)),
            Op::And | Op::LogicalAnd => of(|a, b| a & b),
            Op::ExclusiveOr => of(|a, b| a ^ b),
            Op::InclusiveOr | Op::LogicalOr => of(|a, b| a | b),
            Op::ShiftLeft => of(|a, b| a << (b & 31)),
            Op::ShiftRight if signed => of(|a, b| (a as i32 >> (b & 31)) as u32),
            Op::ShiftRight => of(|a, b| a >> (b & 31)),
            Op::Equal => order(std::cmp::Ordering::is_eq),
            Op::NotEqual => order(std::cmp::Ordering::is_ne),
            Op::Less => order(std::cmp::Ordering::is_lt),
            Op::LessEqual => order(std::cmp::Ordering::is_le),
            Op::Greater => order(std::cmp::Ordering::is_gt),
            Op::GreaterEqual => order(std::cmp::Ordering::is_ge),
        })
    }

    /// A comparison that is settled if there are no infinities and no NaN.
    fn decided(&self, op: BinaryOperator, a: &One, b: &One) -> Option<bool> {
        if !self.driver.finite {
            return None;
        }
        if a.id == b.id {
            return match op {
                BinaryOperator::NotEqual => Some(false),
                BinaryOperator::Equal => Some(true),
                _ => None,
            };
        }
        let limit = b.value()?;
        let beyond = match op {
            BinaryOperator::Greater | BinaryOperator::LessEqual => limit >= f32::MAX,
            BinaryOperator::Less | BinaryOperator::GreaterEqual => limit <= f32::MIN,
            _ => false,
        };
        let infinite = limit.is_infinite() && op != BinaryOperator::NotEqual;
        match op {
            BinaryOperator::Greater | BinaryOperator::Less if beyond => Some(false),
            BinaryOperator::LessEqual | BinaryOperator::GreaterEqual if beyond => Some(true),
            BinaryOperator::Less | BinaryOperator::LessEqual if infinite => Some(limit > 0.0),
            BinaryOperator::Greater | BinaryOperator::GreaterEqual if infinite => Some(limit < 0.0),
            BinaryOperator::Equal if infinite => Some(false),
            _ => None,
        }
    }
}

pub(super) fn convert_to(from: ScalarKind, to: ScalarKind, a: &One) -> Evaluated<One> {
    use ScalarKind as Kind;
    let operation = (1 << 28) + 8 * from as u64 + to as u64;
    let of = |f: fn(u32) -> u32| Ok(map(operation, [a], |[a]| f(a)));
    match (from, to) {
        (from, to) if from == to => Ok(a.clone()),
        (Kind::Uint, Kind::Float) => of(|a| (a as f32).to_bits()),
        (Kind::Sint, Kind::Float) => of(|a| (a as i32 as f32).to_bits()),
        (Kind::Bool, Kind::Float) => of(|a| (a as f32).to_bits()),
        (Kind::Float, Kind::Uint) => of(|a| f32::from_bits(a) as u32),
        (Kind::Float, Kind::Sint) => of(|a| f32::from_bits(a) as i32 as u32),
        (Kind::Uint | Kind::Sint | Kind::Bool, Kind::Uint | Kind::Sint) => Ok(a.clone()),
        (_, Kind::Bool) => of(|a| u32::from(a != 0)),
        other => Err(format!("a conversion {other:?}")),
    }
}
