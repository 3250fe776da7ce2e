//! All invocations of a workgroup, statement by statement: in step with each other, so that barriers have nothing to do.

use naga::valid::{FunctionInfo, ModuleInfo};
use naga::{Block, Expression, Function, GlobalVariable, Handle, Module, Scalar, ScalarKind, Statement, TypeInner};

use super::driver::Driver;
use super::layout::{self, Kind};
use super::memory::{Place, forgotten};
use super::value::{Number, One, Value};

/// What cannot be evaluated, in words.
pub(super) type Evaluated<T> = std::result::Result<T, String>;

/// Which invocations are meant.
pub(super) type Mask = Vec<bool>;

/// What a global variable stands for: words of a buffer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bound {
    pub(super) buffer: usize,
    pub(super) start: usize,
    pub(super) words: usize,
}

/// A workgroup and what it sees.
pub(super) struct Machine<'a> {
    pub(super) module: &'a Module,
    pub(super) info: &'a ModuleInfo,
    pub(super) driver: Driver,
    pub(super) lanes: usize,
    pub(super) group: [u32; 3],
    pub(super) bound: &'a dyn Fn(Handle<GlobalVariable>) -> Option<Bound>,
    pub(super) buffers: &'a mut [Vec<u32>],
    /// Counts what no compiler knows to be equal.
    pub(super) unique: u64,
    /// The variables of all functions that are being run, those of the innermost last.
    pub(super) locals: Vec<Value>,
    /// How many loops are round a statement, whose variables a compiler does not follow.
    pub(super) loops: usize,
}

/// A place in memory, or numbers.
#[derive(Clone, Debug)]
pub(super) enum Operand {
    Value(Value),
    Place(Place),
}

/// A function that is being run.
pub(super) struct Frame<'a> {
    pub(super) function: &'a Function,
    pub(super) info: &'a FunctionInfo,
    pub(super) arguments: Vec<Operand>,
    values: Vec<Option<Operand>>,
    /// Where its variables begin.
    pub(super) first: usize,
    returned: Option<Value>,
    broken: Mask,
    continued: Mask,
}

impl<'a> Machine<'a> {
    /// Runs a function for some invocations; what it returns.
    pub(super) fn call(
        &mut self,
        function: &'a Function,
        info: &'a FunctionInfo,
        arguments: Vec<Operand>,
        mask: &Mask,
    ) -> Evaluated<Option<Value>> {
        let none = vec![false; self.lanes];
        let mut frame = Frame {
            function,
            info,
            arguments,
            values: vec![None; function.expressions.len()],
            first: self.locals.len(),
            returned: None,
            broken: none.clone(),
            continued: none,
        };
        for (_, variable) in function.local_variables.iter() {
            let init = match variable.init {
                Some(init) => self.evaluate(&mut frame, init)?,
                None => self.zero(&self.module.types[variable.ty].inner)?,
            };
            self.locals.push(init);
        }
        self.block(&mut frame, &function.body, mask.clone())?;
        self.locals.truncate(frame.first);
        Ok(frame.returned)
    }

    pub(super) fn zero(&self, ty: &TypeInner) -> Evaluated<Value> {
        let count = layout::count(self.module, ty).ok_or("a value of this type")?;
        Ok(vec![Number::constant(0, self.lanes); count])
    }

    /// Runs statements; which invocations go on behind them.
    fn block(&mut self, frame: &mut Frame<'a>, block: &'a Block, mut mask: Mask) -> Evaluated<Mask> {
        for statement in block {
            if !mask.contains(&true) {
                break;
            }
            mask = self.statement(frame, statement, mask)?;
        }
        Ok(mask)
    }

    fn statement(&mut self, frame: &mut Frame<'a>, statement: &'a Statement, mask: Mask) -> Evaluated<Mask> {
        match statement {
            Statement::Emit(range) => {
                for expression in range.clone() {
                    let value = self.compute(frame, expression)?;
                    frame.values[expression.index()] = Some(value);
                }
            }
            Statement::Block(block) => return self.block(frame, block, mask),
            Statement::If { condition, accept, reject } => {
                let holds = self.one(frame, *condition)?;
                let both = |wanted: bool| -> Mask {
                    mask.iter().zip(&holds.bits).map(|(&on, &bit)| on && (bit != 0) == wanted).collect()
                };
                let (yes, no) = (both(true), both(false));
                let yes = self.block(frame, accept, yes)?;
                let no = self.block(frame, reject, no)?;
                return Ok(either(&yes, &no));
            }
            Statement::Loop { body, continuing, break_if } => {
                return self.repeat(frame, [body, continuing], *break_if, mask);
            }
            Statement::Break => {
                frame.broken = either(&frame.broken, &mask);
                return Ok(vec![false; self.lanes]);
            }
            Statement::Continue => {
                frame.continued = either(&frame.continued, &mask);
                return Ok(vec![false; self.lanes]);
            }
            Statement::Return { value } => {
                if let Some(value) = value {
                    let value = self.evaluate(frame, *value)?;
                    frame.returned = Some(match frame.returned.take() {
                        Some(before) => self.blend(&before, &value, &mask),
                        None => value,
                    });
                }
                return Ok(vec![false; self.lanes]);
            }
            Statement::ControlBarrier(_) | Statement::MemoryBarrier(_) => {}
            Statement::Store { pointer, value } => {
                let (place, value) = (self.place(frame, *pointer)?, self.evaluate(frame, *value)?);
                let ty = self.pointed(frame, *pointer)?;
                self.store(&place, &ty, value, &mask)?;
            }
            Statement::WorkGroupUniformLoad { pointer, result } => {
                let (place, ty) = (self.place(frame, *pointer)?, self.pointed(frame, *pointer)?);
                frame.values[result.index()] = Some(Operand::Value(self.load(&place, &ty)?));
            }
            Statement::Atomic { pointer, fun, value, result } => {
                let (place, value) = (self.place(frame, *pointer)?, self.one(frame, *value)?);
                let before = self.atomic(&place, fun, &value, &mask)?;
                if let Some(result) = result {
                    frame.values[result.index()] = Some(Operand::Value(vec![before]));
                }
            }
            Statement::Call { function, arguments, result } => {
                let arguments = arguments.iter().map(|&a| self.operand(frame, a)).collect::<Evaluated<_>>()?;
                let (called, info) = (&self.module.functions[*function], &self.info[*function]);
                let returned = self.call(called, info, arguments, &mask)?;
                if let Some(result) = result {
                    let value = returned.ok_or("a result of a function that returns nothing")?;
                    frame.values[result.index()] = Some(Operand::Value(value));
                }
            }
            other => return Err(format!("the statement {other:?}")),
        }
        Ok(mask)
    }

    fn repeat(
        &mut self,
        frame: &mut Frame<'a>,
        [body, continuing]: [&'a Block; 2],
        break_if: Option<Handle<Expression>>,
        mut mask: Mask,
    ) -> Evaluated<Mask> {
        let none = vec![false; self.lanes];
        let outer = (std::mem::replace(&mut frame.broken, none.clone()), std::mem::replace(&mut frame.continued, none));
        self.loops += 1;
        for numbers in &mut self.locals {
            numbers.iter_mut().for_each(|number| *number = forgotten(number, &mut self.unique));
        }
        let mut left = vec![false; self.lanes];
        while mask.contains(&true) {
            mask = self.block(frame, body, mask)?;
            mask = either(&mask, &std::mem::replace(&mut frame.continued, vec![false; self.lanes]));
            mask = self.block(frame, continuing, mask)?;
            if let Some(condition) = break_if {
                let holds = self.one(frame, condition)?;
                for (lane, on) in mask.iter_mut().enumerate() {
                    if *on && holds.bits[lane] != 0 {
                        (*on, left[lane]) = (false, true);
                    }
                }
            }
        }
        self.loops -= 1;
        left = either(&left, &frame.broken);
        (frame.broken, frame.continued) = outer;
        Ok(left)
    }

    /// Numbers of an expression.
    pub(super) fn evaluate(&mut self, frame: &mut Frame<'a>, expression: Handle<Expression>) -> Evaluated<Value> {
        match self.operand(frame, expression)? {
            Operand::Value(value) => Ok(value),
            Operand::Place(_) => Err("a pointer as a value".to_owned()),
        }
    }

    pub(super) fn one(&mut self, frame: &mut Frame<'a>, expression: Handle<Expression>) -> Evaluated<One> {
        self.evaluate(frame, expression)?.into_iter().next().ok_or_else(|| "a value without numbers".to_owned())
    }

    fn place(&mut self, frame: &mut Frame<'a>, expression: Handle<Expression>) -> Evaluated<Place> {
        match self.operand(frame, expression)? {
            Operand::Place(place) => Ok(place),
            Operand::Value(_) => Err("a value as a pointer".to_owned()),
        }
    }

    pub(super) fn operand(&mut self, frame: &mut Frame<'a>, expression: Handle<Expression>) -> Evaluated<Operand> {
        if let Some(known) = &frame.values[expression.index()] {
            return Ok(known.clone());
        }
        // What is not emitted is the same whenever it is asked for.
        self.compute(frame, expression)
    }

    /// A pointer's target.
    fn pointed(&self, frame: &Frame<'a>, pointer: Handle<Expression>) -> Evaluated<TypeInner> {
        match frame.info[pointer].ty.inner_with(&self.module.types) {
            TypeInner::Pointer { base, .. } => Ok(self.module.types[*base].inner.clone()),
            TypeInner::ValuePointer { size: None, scalar, .. } => Ok(TypeInner::Scalar(*scalar)),
            TypeInner::ValuePointer { size: Some(size), scalar, .. } => {
                Ok(TypeInner::Vector { size: *size, scalar: *scalar })
            }
            other => Err(format!("a pointer of type {other:?}")),
        }
    }

    /// The scalar that a type is made of.
    pub(super) fn scalar(&self, ty: &TypeInner) -> Option<Scalar> {
        match ty {
            TypeInner::Scalar(scalar) | TypeInner::Vector { scalar, .. } => Some(*scalar),
            _ => None,
        }
    }

    /// What an expression's numbers are.
    pub(super) fn kind(&self, frame: &Frame<'a>, expression: Handle<Expression>) -> Evaluated<ScalarKind> {
        let ty = frame.info[expression].ty.inner_with(&self.module.types);
        self.scalar(ty).map(|scalar| scalar.kind).ok_or_else(|| format!("numbers of a {ty:?}"))
    }

    /// How many numbers come before a part of a value, and how many it has.
    pub(super) fn span(&self, ty: &TypeInner, index: u32) -> Evaluated<(usize, usize)> {
        let (_, before, kind) = layout::part(self.module, ty, index).ok_or_else(|| format!("a part of a {ty:?}"))?;
        let count = match kind {
            Kind::Number => Some(1),
            Kind::Named(ty) => layout::count(self.module, &self.module.types[ty].inner),
        };
        Ok((before as usize, count.ok_or("a part without a size")?))
    }
}

fn either(a: &Mask, b: &Mask) -> Mask {
    a.iter().zip(b).map(|(&a, &b)| a || b).collect()
}
