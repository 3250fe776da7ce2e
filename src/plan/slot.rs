//! What kernels bind.

/// What a binding of a kernel holds; the number is that of the binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Slot {
    Args = 0,
    Params = 1,
    A = 2,
    B = 3,
    Out = 4,
    Weights = 5,
    /// Never bound as such: memory between the dispatches of a plan.
    Scratch = 6,
    C = 7,
    Out2 = 8,
    /// The states of rows, as they are written; never bound as such, either.
    State = 9,
    /// The states of rows, as they are read.
    States = 10,
    /// The parts of a batch of tensors.
    Tasks = 11,
    /// What is added to inputs, and what results are multiplied by.
    Bias = 12,
    Scale = 13,
    /// The scales of quantized inputs.
    ScalesA = 14,
    ScalesB = 15,
    /// Sums of rows.
    RowSums = 16,
    /// How many rows of each expert take part.
    Counts = 17,
    /// Sums of channels, of a kernel whose outputs are two tensors.
    Sums = 18,
}

impl Slot {
    /// How many there are.
    pub(crate) const COUNT: usize = 19;

    /// Whether it is bound as a uniform.
    pub(crate) fn uniform(self) -> bool {
        matches!(self, Self::Args | Self::Params)
    }

    /// Whether it is that of a tensor of elements.
    pub(crate) fn of_elements(self) -> bool {
        matches!(self, Self::A | Self::B | Self::C | Self::Out | Self::Out2)
    }

    /// The name of the binding in kernels.
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
            Self::Bias => "biases",
            Self::Scale => "scales",
            Self::ScalesA => "scales_a",
            Self::ScalesB => "scales_b",
            Self::RowSums => "row_sums",
            Self::Counts => "counts",
            Self::Sums => "partials",
        }
    }

    /// Its index among `Offsets` of `kernel/index.wgsl`, if it has one.
    pub(super) fn offset(self) -> Option<usize> {
        use Slot::{A, B, Bias, C, Out, Out2, Scale, Weights};
        [A, B, C, Out, Out2, Weights, Bias, Scale].iter().position(|&slot| slot == self)
    }
}

/// A tensor that a kernel works on: where it is bound, what it is called, and how many elements it has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tensor {
    pub(crate) slot: Slot,
    pub(crate) role: &'static str,
    pub(crate) len: u64,
    pub(crate) written: bool,
}

/// A binding of a kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Binding {
    pub(crate) slot: Slot,
    /// Whether the kernel may write it.
    pub(crate) writes: bool,
    /// The fewest bytes that it may have.
    pub(crate) smallest: u64,
}
