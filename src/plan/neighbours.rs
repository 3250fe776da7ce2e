//! What stands around a function in its kernel: y = s f(x + b) + r.

use std::fmt;
use std::str::FromStr;

use super::lanes::Lanes;
use super::{Placement, Range, Slot, Spec, Tensor};
use crate::error::{Error, Result};
use crate::function::Op;
use crate::tensor::{Extent, Pass, Storage};

/// Of what a [scale](Spec::scale) is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Scale {
    /// One number for the whole tensor.
    Tensor,
    /// One for each row: for all that is before an extent's channels.
    Rows,
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tensor => "tensor",
            Self::Rows => "rows",
        })
    }
}

impl FromStr for Scale {
    type Err = Error;

    /// The scale that [`Display`](fmt::Display) writes so.
    fn from_str(text: &str) -> Result<Self> {
        [Self::Tensor, Self::Rows].into_iter().find(|scale| scale.to_string() == text).ok_or_else(|| {
            let reason = format!("a scale is not of {text:?}: choose of tensor and rows");
            Error::Unsupported { reason }
        })
    }
}

/// What a kernel takes besides the function's own tensors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Neighbours {
    pub(crate) bias: bool,
    pub(crate) residual: bool,
    pub(crate) scale: Option<Scale>,
}

impl Spec {
    /// The same of x + b instead of x: a bias for each channel, stored as x is. The sum is one of `f32`, and rounds to that. Of
    /// a gate it has those of a, then those of b; of the halves of one tensor one for each place of their axis, as these lie
    /// there. Backward the gradient is that along x + b, which is that along x.
    ///
    /// ```
    /// use wgpu_activations::{Spec, activation::GELU};
    /// assert!(Spec::forward(&GELU).bias().wgsl()?.contains("read_biases"));
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    pub fn bias(mut self) -> Self {
        self.neighbours.bias = true;
        self
    }

    /// The same plus a tensor like y, after all else: y = f(x) + r. Its gradient is dy as it is, which needs no kernel.
    /// [`Spec::accumulate`] adds to y itself.
    pub fn residual(mut self) -> Self {
        self.neighbours.residual = true;
        self
    }

    /// The same times a number, `f32`: y = s f(x), and backward dx = s dy f'(x). The number lies in a buffer, one for the tensor
    /// or one for each row, as mixtures of experts weigh tokens.
    pub fn scale(mut self, of: Scale) -> Self {
        self.neighbours.scale = Some(of);
        self
    }

    /// Fails if there is no kernel with these neighbours.
    pub(super) fn check_neighbours(&self) -> Result<()> {
        let elements = matches!(self.of, Op::Activation(_) | Op::Gate(_));
        let reason = match self.neighbours {
            none if none == Neighbours::default() => return Ok(()),
            _ if !elements => "bias, residual and scale belong to functions of elements and to gates",
            _ if self.pass == Pass::BackwardFromOutput => {
                "y does not tell what stands around the function: take the gradient from x"
            }
            Neighbours { residual: true, .. } if self.pass != Pass::Forward => {
                "a residual's gradient is dy as it is: leave it out"
            }
            _ => return Ok(()),
        };
        Err(Error::NoKernel { function: self.name(), reason })
    }

    /// Whether its kernels ask where among channels and rows an element lies.
    pub(crate) fn placed(&self) -> bool {
        self.per_channel || self.neighbours.bias || self.neighbours.scale == Some(Scale::Rows)
    }

    /// Whether it takes tensors of elements alone, and nothing stands around the function.
    pub(super) fn alone(&self) -> bool {
        !self.per_channel && self.neighbours == Neighbours::default()
    }

    /// The slots of what it has besides elements.
    pub(super) fn slots_beside(&self) -> impl Iterator<Item = Slot> + use<> {
        let Neighbours { bias, scale, .. } = self.neighbours;
        let slots = [(self.per_channel, Slot::Weights), (bias, Slot::Bias), (scale.is_some(), Slot::Scale)];
        slots.into_iter().filter_map(|(is, slot)| is.then_some(slot))
    }

    /// The tensors in these, for elements of this shape: of a gate's halves that of one.
    pub(super) fn tensors_beside(&self, shape: Extent) -> impl Iterator<Item = Tensor> + use<'_> {
        self.slots_beside().map(move |slot| {
            let role = match slot {
                Slot::Weights => "weights",
                Slot::Bias => "bias",
                _ => "scale",
            };
            Tensor { slot, role, len: self.count_beside(slot, shape), written: false }
        })
    }

    fn count_beside(&self, slot: Slot, shape: Extent) -> u64 {
        match (slot, self.neighbours.scale) {
            (Slot::Weights, _) => self.of.params().len() as u64 * shape.channels,
            (Slot::Bias, _) => shape.channels * if matches!(self.of, Op::Gate(_)) { 2 } else { 1 },
            (_, Some(Scale::Rows)) => shape.outer,
            _ => 1,
        }
    }

    /// What of such a tensor goes with these elements, of which `start` is the first.
    pub(super) fn beside(&self, slot: Slot, shape: Extent, start: u64, len: u64, at: &Placement<'_>) -> Option<Range> {
        let (mut first, mut count) = (0, self.count_beside(slot, shape));
        match (slot, self.neighbours.scale) {
            (Slot::Scale, Some(Scale::Rows)) => {
                let span = shape.span().max(1);
                first = start / span;
                count = (start + len).div_ceil(span).max(first + 1) - first;
            }
            (Slot::Weights | Slot::Bias | Slot::Scale, _) => {}
            _ => return None,
        }
        let bytes = self.stored(slot).bytes();
        Some(at.range(slot, slot, first * bytes, count * bytes, bytes))
    }

    /// Lines of `each` that work out where a pack's elements lie, where that is asked for.
    pub(super) fn positions(&self, lanes: Lanes) -> String {
        let channels = self.per_channel && !self.of.params().is_empty() || self.neighbours.bias;
        let rows = self.neighbours.scale == Some(Scale::Rows);
        if !channels && !rows {
            return String::new();
        }
        let count = lanes.count as usize;
        let mut text = "    let e0 = position(i * LANES);\n".to_owned();
        (1..count).for_each(|k| text += &format!("    let e{k} = after(e{});\n", k - 1));
        for (wanted, name, field) in [(channels, "c", "x"), (rows, "row", "z")] {
            let each: Vec<String> = (0..count).map(|k| format!("e{k}.{field}")).collect();
            text += &if wanted { format!("    let {name} = Pack({});\n", each.join(", ")) } else { String::new() };
        }
        text
    }

    /// Lines of `each` that make of its packs what the function is of, and the packs' names from then on.
    pub(super) fn arrivals(&self, lanes: Lanes, inputs: &[&str]) -> (String, Vec<String>) {
        let mut text = self.positions(lanes);
        let mut names: Vec<String> = inputs.iter().map(|&name| name.to_owned()).collect();
        let values = if matches!(self.of, Op::Gate(_)) { 2 } else { 1 };
        for (k, name) in names.iter_mut().enumerate() {
            let moved = match k < values {
                true if self.neighbours.bias => format!("added({name}, {})", self.biases(lanes, k)),
                false if self.neighbours.scale.is_some() => format!("times({name}, {})", self.scales(lanes)),
                _ => continue,
            };
            text += &format!("    let {name}1 = {moved};\n");
            *name += "1";
        }
        (text, names)
    }

    /// A result of `each` with what comes after the function.
    pub(super) fn departure(&self, lanes: Lanes, mut value: String) -> String {
        if self.pass == Pass::Forward && self.neighbours.scale.is_some() {
            value = format!("times({value}, {})", self.scales(lanes));
        }
        if self.neighbours.residual {
            value = format!("added({value}, read_c(i))");
        }
        value
    }

    /// What a term of a sum is of: x and dy at i.
    pub(super) fn terms(&self) -> (String, String) {
        let one = Lanes { count: 1, packed: false };
        let row = match self.neighbours.scale {
            Some(Scale::Rows) => "read_scales(position(i).z)".to_owned(),
            _ => self.scales(one),
        };
        let x = if self.neighbours.bias { "added(read_a(i), read_biases(c))" } else { "read_a(i)" };
        let dy =
            if self.neighbours.scale.is_some() { format!("times(read_b(i), {row})") } else { "read_b(i)".to_owned() };
        (x.to_owned(), dy)
    }

    /// The files that these lines need.
    pub(super) fn files_beside(&self) -> impl Iterator<Item = &'static str> + use<> {
        let around = (self.neighbours != Neighbours::default()).then_some("kernel/around");
        let position = self.placed().then_some("kernel/position");
        [around, position].into_iter().flatten()
    }

    /// The bias of the elements of input number k.
    fn biases(&self, lanes: Lanes, k: usize) -> String {
        let interleaved = self.halves.is_some_and(|halves| halves.split() != halves);
        let value = |c: &str| match (k, interleaved) {
            (_, true) => format!("read_biases(2u * {c} + {k}u)"),
            (0, false) => format!("read_biases({c})"),
            (_, false) => format!("read_biases(args.channels + {c})"),
        };
        lanes.each("c", value)
    }

    fn scales(&self, lanes: Lanes) -> String {
        match self.neighbours.scale {
            Some(Scale::Rows) => lanes.each("row", |row| format!("read_scales({row})")),
            _ => "Pack(read_scales(0u))".to_owned(),
        }
    }

    /// How what it has besides elements is stored.
    pub(super) fn stored_beside(&self, slot: Slot) -> Storage {
        if slot == Slot::Bias { self.input } else { Storage::F32 }
    }
}
