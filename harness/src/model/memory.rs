//! Variables and buffers: where numbers lie, and what a compiler knows of those that are read.

use naga::{AddressSpace, ArraySize, AtomicFunction, GlobalVariable, Handle, LocalVariable, Module, TypeInner};

use super::driver::mix;
use super::layout;
use super::machine::{Evaluated, Frame, Machine, Mask, Operand};
use super::value::{From, Number, One, Value, id, map};

#[derive(Clone, Debug)]
pub(super) struct Place {
    root: Root,
    /// Words of memory, or numbers of a variable, from its begin, in each invocation.
    offset: One,
}

#[derive(Clone, Copy, Debug)]
enum Root {
    /// By its place among all that there are.
    Local(usize),
    Global(Handle<GlobalVariable>),
}

/// The variables that each invocation has of its own.
pub(super) fn privates(module: &Module) -> impl Iterator<Item = (Handle<GlobalVariable>, &GlobalVariable)> {
    module.global_variables.iter().filter(|(_, variable)| variable.space == AddressSpace::Private)
}

impl Place {
    /// Whether all invocations mean the same part.
    fn fixed(&self) -> bool {
        self.offset.bits.windows(2).all(|pair| pair[0] == pair[1])
    }
}

impl<'a> Machine<'a> {
    pub(super) fn variable(&self, frame: &Frame<'a>, variable: Handle<LocalVariable>) -> Operand {
        let root = Root::Local(frame.first + variable.index());
        Operand::Place(Place { root, offset: Number::constant(0, self.lanes) })
    }

    pub(super) fn global(&self, variable: Handle<GlobalVariable>) -> Operand {
        // An invocation's own variables lie before those of functions.
        let own = privates(self.module).position(|(other, _)| other == variable);
        let root = own.map_or(Root::Global(variable), Root::Local);
        Operand::Place(Place { root, offset: Number::constant(0, self.lanes) })
    }

    /// Makes the variables that each invocation has of its own, all 0.
    pub(super) fn own_variables(&mut self) -> Evaluated<()> {
        for (_, variable) in privates(self.module) {
            if variable.init.is_some() {
                return Err("a private variable that begins with a value".to_owned());
            }
            let zero = self.zero(&self.module.types[variable.ty].inner)?;
            self.locals.push(zero);
        }
        Ok(())
    }

    /// The part of a place at an index.
    pub(super) fn part(&self, place: &Place, ty: &TypeInner, index: &One) -> Evaluated<Operand> {
        let step = |index: u32| layout::part(self.module, ty, index);
        let local = matches!(place.root, Root::Local(_));
        let at = |index: u32| step(index).map(|(word, number, _)| if local { number } else { word });
        let length = match ty {
            TypeInner::Array { size: ArraySize::Constant(n), .. } => n.get(),
            TypeInner::Vector { size, .. } => *size as u32,
            TypeInner::Struct { members, .. } => members.len() as u32,
            _ => u32::MAX,
        };
        let unit = at(1).or(at(0)).ok_or("a part of this type")?;
        let offset = map(0x9a47, [&place.offset, index], |[offset, index]| match ty {
            TypeInner::Struct { .. } => offset + at(index).unwrap_or(0),
            // Out of bounds is somewhere else in the same array.
            _ => offset.wrapping_add(index.min(length - 1).wrapping_mul(unit)),
        });
        Ok(Operand::Place(Place { root: place.root, offset }))
    }

    pub(super) fn load(&mut self, place: &Place, ty: &TypeInner) -> Evaluated<Value> {
        let words = layout::words(self.module, ty).ok_or_else(|| format!("loading a {ty:?}"))?;
        match place.root {
            Root::Local(variable) => {
                let numbers = &self.locals[variable];
                let each = |k: usize| match place.fixed() {
                    true => numbers[place.offset.bits[0] as usize + k].clone(),
                    // Each invocation reads a part of its own.
                    false => {
                        let bits = place.offset.bits.iter().enumerate();
                        let bits = bits.map(|(lane, &offset)| numbers[offset as usize + k].bits[lane]).collect();
                        let of: Vec<&One> = numbers.iter().chain([&place.offset]).collect();
                        Number::new(bits, id(0x10ca_1000 + k as u64, &of), From::Other)
                    }
                };
                Ok((0..words.len()).map(each).collect())
            }
            Root::Global(variable) => {
                let bound = (self.bound)(variable).ok_or("a variable that nothing is bound to")?;
                let global = &self.module.global_variables[variable];
                let constant = matches!(global.space, AddressSpace::Uniform)
                    || matches!(global.space, AddressSpace::Storage { access } if !access.contains(naga::StorageAccess::STORE));
                let mut all = Vec::new();
                for word in words {
                    let bits = place.offset.bits.iter().map(|&offset| {
                        let at = offset as usize + word as usize;
                        if at < bound.words { self.buffers[bound.buffer][bound.start + at] } else { 0 }
                    });
                    let bits = bits.collect();
                    self.unique += u64::from(!constant);
                    let version = if constant { 0 } else { self.unique };
                    let of = mix(variable.index() as u64 ^ (u64::from(word) << 20) ^ (version << 32));
                    all.push(Number::new(bits, id(of, &[&place.offset]), From::Other));
                }
                Ok(all)
            }
        }
    }

    pub(super) fn store(&mut self, place: &Place, ty: &TypeInner, value: Value, mask: &Mask) -> Evaluated<()> {
        let words = layout::words(self.module, ty).ok_or_else(|| format!("storing a {ty:?}"))?;
        match place.root {
            Root::Local(variable) if !place.fixed() => {
                for (k, number) in value.iter().enumerate() {
                    for lane in (0..self.lanes).filter(|&lane| mask[lane]) {
                        let at = place.offset.bits[lane] as usize + k;
                        let mut bits = self.locals[variable][at].bits.clone();
                        bits[lane] = number.bits[lane];
                        self.unique += 1;
                        self.locals[variable][at] = Number::new(bits, mix(self.unique), From::Other);
                    }
                }
            }
            Root::Local(variable) => {
                let start = place.offset.bits[0] as usize;
                let before = self.locals[variable][start..start + words.len()].to_vec();
                let mut after = if mask.contains(&false) { self.blend(&before, &value, mask) } else { value };
                if self.loops > 0 {
                    after = after.iter().map(|number| forgotten(number, &mut self.unique)).collect();
                }
                self.locals[variable][start..start + words.len()].clone_from_slice(&after);
            }
            Root::Global(variable) => {
                let bound = (self.bound)(variable).ok_or("a variable that nothing is bound to")?;
                for (word, number) in words.iter().zip(&value) {
                    for lane in (0..self.lanes).filter(|&lane| mask[lane]) {
                        let at = place.offset.bits[lane] as usize + *word as usize;
                        if at < bound.words {
                            self.buffers[bound.buffer][bound.start + at] = number.bits[lane];
                        }
                    }
                }
            }
        }
        Ok(())
    }

    pub(super) fn atomic(&mut self, place: &Place, fun: &AtomicFunction, value: &One, mask: &Mask) -> Evaluated<One> {
        let Root::Global(variable) = place.root else { return Err("an atomic variable of a function".to_owned()) };
        let bound = (self.bound)(variable).ok_or("a variable that nothing is bound to")?;
        let mut before = vec![0; self.lanes];
        for lane in (0..self.lanes).filter(|&lane| mask[lane]) {
            let at = place.offset.bits[lane] as usize;
            if at >= bound.words {
                continue;
            }
            let word = &mut self.buffers[bound.buffer][bound.start + at];
            before[lane] = *word;
            *word = match fun {
                AtomicFunction::Add => word.wrapping_add(value.bits[lane]),
                AtomicFunction::And => *word & value.bits[lane],
                AtomicFunction::InclusiveOr => *word | value.bits[lane],
                AtomicFunction::ExclusiveOr => *word ^ value.bits[lane],
                AtomicFunction::Max => (*word).max(value.bits[lane]),
                AtomicFunction::Min => (*word).min(value.bits[lane]),
                AtomicFunction::Exchange { compare: None } => value.bits[lane],
                other => return Err(format!("the atomic {other:?}")),
            };
        }
        self.unique += 1;
        Ok(Number::new(before, mix(self.unique), From::Other))
    }

    /// The second value for some invocations, the first for the others.
    pub(super) fn blend(&mut self, before: &Value, after: &Value, mask: &Mask) -> Value {
        let each = |(a, b): (&One, &One)| {
            let bits = (0..self.lanes).map(|lane| if mask[lane] { b.bits[lane] } else { a.bits[lane] }).collect();
            Number::new(bits, id(0xb1e4d, &[a, b]), From::Other)
        };
        before.iter().zip(after).map(each).collect()
    }
}

/// A number that a compiler knows nothing of.
pub(super) fn forgotten(number: &One, unique: &mut u64) -> One {
    *unique += 1;
    Number::new(number.bits.clone(), mix(*unique ^ 0xf0_4607), From::Other)
}
