//! Expressions, number by number.

use naga::{BuiltIn, Expression, Handle, Literal, TypeInner};

use super::machine::{Evaluated, Frame, Machine, Operand};
use super::operators::{INTEGER, convert_to};
use super::value::{Number, One, Value, map};

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
