//! Expressions, number by number.

use naga::{BinaryOperator, BuiltIn, Expression, Handle, Literal, MathFunction, ScalarKind, TypeInner, UnaryOperator};

use super::float::Builtin;
use super::machine::{Evaluated, Frame, Machine, Operand};
use super::value::{Number, One, Value, map};

/// Larger than every id of an operation on floats.
const INTEGER: u64 = 1 << 16;

impl<'a> Machine<'a> {
    pub(super) fn compute(&mut self, frame: &mut Frame<'a>, handle: Handle<Expression>) -> Evaluated<Operand> {
        let function = frame.function;
        let module = self.module;
        let value = match &function.expressions[handle] {
            Expression::Literal(literal) => vec![self.literal(literal)?],
            Expression::Constant(constant) => self.constant(module.constants[*constant].init)?,
            Expression::ZeroValue(ty) => self.zero(&module.types[*ty].inner)?,
            Expression::Compose { components, .. } => {
                let mut all = Vec::new();
                for &component in components {
                    all.extend(self.evaluate(frame, component)?);
                }
                all
            }
            Expression::Splat { size, value } => vec![self.one(frame, *value)?; *size as usize],
            Expression::Swizzle { size, vector, pattern } => {
                let vector = self.evaluate(frame, *vector)?;
                pattern[..*size as usize].iter().map(|&from| vector[from as usize].clone()).collect()
            }
            Expression::FunctionArgument(index) => return Ok(frame.arguments[*index as usize].clone()),
            Expression::GlobalVariable(variable) => return Ok(self.global(*variable)),
            Expression::LocalVariable(variable) => return Ok(self.variable(frame, *variable)),
            Expression::Access { base, index } => {
                let index = self.one(frame, *index)?;
                return self.access(frame, *base, &index);
            }
            Expression::AccessIndex { base, index } => {
                let index = Number::constant(*index, self.lanes);
                return self.access(frame, *base, &index);
            }
            Expression::Load { pointer } => match self.operand(frame, *pointer)? {
                Operand::Place(place) => {
                    let ty = frame.info[handle].ty.inner_with(&module.types);
                    self.load(&place, ty)?
                }
                Operand::Value(_) => return Err("a load from a value".to_owned()),
            },
            Expression::Unary { op, expr } => {
                let kind = self.kind(frame, *expr)?;
                let operand = self.evaluate(frame, *expr)?;
                operand.iter().map(|a| self.unary(*op, kind, a)).collect()
            }
            Expression::Binary { op, left, right } => {
                let kind = self.kind(frame, *left)?;
                let (left, right) = (self.evaluate(frame, *left)?, self.evaluate(frame, *right)?);
                let count = left.len().max(right.len());
                let at = |value: &Value, k: usize| value[if value.len() == 1 { 0 } else { k }].clone();
                let each = |k| self.binary(*op, kind, &at(&left, k), &at(&right, k));
                (0..count).map(each).collect::<Evaluated<_>>()?
            }
            Expression::Select { condition, accept, reject } => {
                let condition = self.evaluate(frame, *condition)?;
                let (accept, reject) = (self.evaluate(frame, *accept)?, self.evaluate(frame, *reject)?);
                let each = |(k, (accept, reject)): (usize, (&One, &One))| {
                    let condition = &condition[if condition.len() == 1 { 0 } else { k }];
                    map(INTEGER, [condition, accept, reject], |[c, a, r]| if c != 0 { a } else { r })
                };
                accept.iter().zip(&reject).enumerate().map(each).collect()
            }
            Expression::Relational { fun, argument } => {
                let all = matches!(fun, naga::RelationalFunction::All);
                let numbers = self.evaluate(frame, *argument)?;
                let mut numbers = numbers.into_iter();
                let first = numbers.next().ok_or("a predicate of nothing")?;
                let join = |a: One, b: One| {
                    map(INTEGER + 1 + u64::from(all), [&a, &b], |[a, b]| if all { a & b } else { a | b })
                };
                vec![numbers.fold(first, join)]
            }
            Expression::Math { fun, arg, arg1, arg2, arg3 } => {
                let kind = self.kind(frame, *arg)?;
                let mut arguments = vec![self.evaluate(frame, *arg)?];
                for more in [arg1, arg2, arg3].into_iter().flatten() {
                    arguments.push(self.evaluate(frame, *more)?);
                }
                self.math(*fun, kind, &arguments)?
            }
            Expression::As { expr, kind, convert } => {
                let from = self.kind(frame, *expr)?;
                let operand = self.evaluate(frame, *expr)?;
                match convert {
                    None => operand,
                    Some(_) => operand.iter().map(|a| convert_to(from, *kind, a)).collect::<Evaluated<_>>()?,
                }
            }
            Expression::CallResult(_) | Expression::AtomicResult { .. } => {
                return Err("a result before its call".to_owned());
            }
            other => return Err(format!("the expression {other:?}")),
        };
        Ok(Operand::Value(value))
    }

    fn access(&mut self, frame: &mut Frame<'a>, base: Handle<Expression>, index: &One) -> Evaluated<Operand> {
        let module = self.module;
        let ty = frame.info[base].ty.inner_with(&module.types);
        match self.operand(frame, base)? {
            Operand::Place(place) => {
                let vector;
                let target = match ty {
                    TypeInner::Pointer { base, .. } => &module.types[*base].inner,
                    TypeInner::ValuePointer { size: Some(size), scalar, .. } => {
                        vector = TypeInner::Vector { size: *size, scalar: *scalar };
                        &vector
                    }
                    other => return Err(format!("a part of a {other:?}")),
                };
                self.part(&place, target, index)
            }
            Operand::Value(value) => {
                if index.bits.windows(2).all(|pair| pair[0] == pair[1]) {
                    let (before, count) = self.span(ty, index.bits[0])?;
                    return Ok(Operand::Value(value[before..before + count].to_vec()));
                }
                let TypeInner::Vector { .. } = ty else { return Err(format!("an index into a {ty:?}")) };
                let bits = index.bits.iter().enumerate();
                let bits = bits.map(|(lane, &k)| value[(k as usize).min(value.len() - 1)].bits[lane]).collect();
                self.unique += 1;
                Ok(Operand::Value(vec![Number::new(bits, self.unique << 20, super::value::From::Other)]))
            }
        }
    }

    fn literal(&self, literal: &Literal) -> Evaluated<One> {
        let bits = match literal {
            Literal::F32(v) => v.to_bits(),
            Literal::U32(v) => *v,
            Literal::I32(v) => *v as u32,
            Literal::Bool(v) => u32::from(*v),
            other => return Err(format!("the literal {other:?}")),
        };
        Ok(Number::constant(bits, self.lanes))
    }

    fn constant(&self, handle: Handle<Expression>) -> Evaluated<Value> {
        match &self.module.global_expressions[handle] {
            Expression::Literal(literal) => Ok(vec![self.literal(literal)?]),
            Expression::Constant(constant) => self.constant(self.module.constants[*constant].init),
            Expression::ZeroValue(ty) => self.zero(&self.module.types[*ty].inner),
            Expression::Splat { size, value } => Ok(vec![self.constant(*value)?[0].clone(); *size as usize]),
            Expression::Compose { components, .. } => {
                let parts = components.iter().map(|&part| self.constant(part)).collect::<Evaluated<Vec<_>>>()?;
                Ok(parts.concat())
            }
            other => Err(format!("the constant {other:?}")),
        }
    }

    fn unary(&self, op: UnaryOperator, kind: ScalarKind, a: &One) -> One {
        match (op, kind) {
            (UnaryOperator::Negate, ScalarKind::Float) => self.driver.negate(a),
            (UnaryOperator::Negate, _) => map(INTEGER + 8, [a], |[a]| a.wrapping_neg()),
            (UnaryOperator::LogicalNot, _) => map(INTEGER + 9, [a], |[a]| a ^ 1),
            (UnaryOperator::BitwiseNot, _) => map(INTEGER + 10, [a], |[a]| !a),
        }
    }

    fn binary(&self, op: BinaryOperator, kind: ScalarKind, a: &One, b: &One) -> Evaluated<One> {
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

    fn math(&self, fun: MathFunction, kind: ScalarKind, arguments: &[Value]) -> Evaluated<Value> {
        use MathFunction as Fun;
        let operation = (1 << 24) + ((fun as u64) << 4) + kind as u64;
        if let (Fun::Unpack2x16float, [words]) = (fun, arguments) {
            let half = |shift: u32| {
                let widen = move |[word]: [u32; 1]| {
                    wgpu_activations::half::f16::from_bits((word >> shift) as u16).to_f32().to_bits()
                };
                map(operation + (u64::from(shift) << 32), [&words[0]], widen)
            };
            return Ok(vec![half(0), half(16)]);
        }
        if let (Fun::Pack2x16float, [halves]) = (fun, arguments) {
            let narrow = |bits: u32| u32::from(wgpu_activations::half::f16::from_f32(f32::from_bits(bits)).to_bits());
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
            _ => integer_math(fun, kind, operation, at(0, k), at(1, k), at(2, k)),
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
            Fun::Abs => Some(map(operation, [a], |[a]| a & 0x7fff_ffff)),
            Fun::Min => Some(upper(a, b?)),
            Fun::Max => Some(lower(a, b?)),
            Fun::Clamp => Some(upper(&lower(a, b?), c?)),
            Fun::Saturate => single(|a| a.clamp(0.0, 1.0)),
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
            Fun::Sqrt => Some(driver.builtin(Builtin::Sqrt, a)),
            Fun::InverseSqrt => Some(driver.builtin(Builtin::InverseSqrt, a)),
            Fun::Exp => Some(driver.builtin(Builtin::Exp, a)),
            Fun::Exp2 => Some(driver.builtin(Builtin::Exp2, a)),
            Fun::Log => Some(driver.builtin(Builtin::Log, a)),
            Fun::Log2 => Some(driver.builtin(Builtin::Log2, a)),
            _ => None,
        }
    }

    /// What an entry point is told of its invocations.
    pub(super) fn told(&self, builtin: BuiltIn, size: [u32; 3]) -> Evaluated<Value> {
        let id = |k: u64| super::driver::mix(0xb0_1170 + k);
        let number = |k: u64, of: &dyn Fn(u32) -> u32| {
            Number::new((0..self.lanes as u32).map(of).collect(), id(k), super::value::From::Other)
        };
        let [x, y, _] = size;
        let of_lane = |lane: u32| [lane % x, lane / x % y, lane / (x * y)];
        Ok(match builtin {
            BuiltIn::LocalInvocationIndex => vec![number(0, &|lane| lane)],
            BuiltIn::LocalInvocationId => (0..3).map(|k| number(1 + k as u64, &|lane| of_lane(lane)[k])).collect(),
            BuiltIn::WorkGroupId => (0..3).map(|k| number(4 + k as u64, &|_| self.group[k])).collect(),
            BuiltIn::GlobalInvocationId => {
                (0..3).map(|k| number(7 + k as u64, &|lane| self.group[k] * size[k] + of_lane(lane)[k])).collect()
            }
            other => return Err(format!("the built-in value {other:?}")),
        })
    }
}

fn integer_math(
    fun: MathFunction,
    kind: ScalarKind,
    operation: u64,
    a: Option<&One>,
    b: Option<&One>,
    c: Option<&One>,
) -> Option<One> {
    use MathFunction as Fun;
    let (a, signed) = (a?, kind == ScalarKind::Sint);
    let less = move |a: u32, b: u32| if signed { (a as i32) < b as i32 } else { a < b };
    match fun {
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

fn convert_to(from: ScalarKind, to: ScalarKind, a: &One) -> Evaluated<One> {
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
