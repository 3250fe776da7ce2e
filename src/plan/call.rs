//! Dispatches: what they bind, what they are told.

use super::{Form, Limits, Variant, WORKGROUP};
use crate::error::Result;

/// What a binding of a kernel holds; the number is that of the binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Slot {
    Args = 0,
    Params = 1,
    A = 2,
    B = 3,
    Out = 4,
    Weights = 5,
    /// Never bound as such: memory of a call's own between its dispatches.
    Scratch = 6,
    C = 7,
    Out2 = 8,
    /// The states of rows, as they are written; never bound as such, either.
    State = 9,
    /// The states of rows, as they are read.
    States = 10,
    /// The parts of many tensors.
    Tasks = 11,
}

impl Slot {
    /// How many there are.
    pub(crate) const COUNT: usize = 12;

    /// Whether it is a uniform's.
    pub(crate) fn uniform(self) -> bool {
        matches!(self, Self::Args | Self::Params)
    }

    /// Whether it is that of a tensor of elements.
    pub(crate) fn of_elements(self) -> bool {
        matches!(self, Self::A | Self::B | Self::C | Self::Out | Self::Out2)
    }

    /// The name of the binding in kernels, and its place among `Places` of `kernel/index.wgsl`, if it has one.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::B => "b",
            Self::C => "c",
            Self::Out => "out",
            Self::Out2 => "out2",
            Self::Weights => "weights",
            Self::Args => "args",
            Self::Params => "params",
            Self::Scratch | Self::State | Self::States => "states",
            Self::Tasks => "tasks",
        }
    }

    pub(super) fn place(self) -> Option<usize> {
        [Self::A, Self::B, Self::C, Self::Out, Self::Out2, Self::Weights].iter().position(|&slot| slot == self)
    }
}

/// The numbers that a dispatch finds in its uniform behind its places; each kind of kernel has its own names for them.
pub(crate) type Block = [u32; 16];

/// A dispatch's uniform: the places of its tensors, and its block.
pub(crate) type Uniform = [u32; 24];

/// A tensor of a call: where it is bound, what it is called, and how many elements it has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tensor {
    pub(crate) slot: Slot,
    pub(crate) role: &'static str,
    pub(crate) len: u64,
    pub(crate) written: bool,
}

/// A range of bytes of the tensor `from`, bound as `binding`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) binding: Slot,
    pub(crate) from: Slot,
    pub(crate) offset: u64,
    pub(crate) size: u64,
    /// Where the dispatch's part begins in the binding, in the units of its kernel.
    pub(crate) at: u64,
}

/// One dispatch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) variant: Variant,
    pub(crate) form: Form,
    pub(crate) args: Block,
    pub(crate) ranges: Vec<Range>,
    /// Workgroups along x and y.
    pub(crate) groups: [u32; 2],
}

/// From so many packs on an invocation takes two on software devices; short calls need all threads.
const DOUBLE: u64 = 1 << 16;

impl Call {
    /// The same as for tensors that begin where their bindings do, if they all do.
    pub(super) fn first(mut self) -> Self {
        self.form.first = self.ranges.iter().all(|range| range.at == 0);
        self
    }

    /// The same of an elementwise kernel, with two packs to an invocation where that is faster.
    pub(super) fn doubled(mut self, limits: &Limits) -> Result<Self> {
        let packs = u64::from(self.args[0]);
        if limits.software && packs >= DOUBLE {
            self = self.first();
        }
        if self.form.first {
            self.groups = limits.fold(packs.div_ceil(2 * WORKGROUP))?;
            self.args[1] = self.groups[0];
        }
        Ok(self)
    }

    /// Its uniform.
    pub(crate) fn uniform(&self) -> Uniform {
        let mut uniform = Uniform::default();
        for range in &self.ranges {
            if let Some(place) = range.binding.place() {
                // Places lie within a binding, which holds less than 2^32 of whatever they count.
                uniform[place] = range.at as u32;
            }
        }
        uniform[8..].copy_from_slice(&self.args);
        uniform
    }
}

/// All dispatches of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) calls: Vec<Call>,
    /// Bytes of memory between the dispatches.
    pub(crate) scratch: u64,
    /// Bytes of the states of rows.
    pub(crate) states: u64,
}
