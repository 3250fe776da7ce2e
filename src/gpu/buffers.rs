//! The buffers of a call, and what must hold of them.

use wgpu::{BufferSlice, BufferUsages};

use super::kernel::Kernel;
use crate::error::{Error, Result};
#[cfg(doc)]
use crate::plan::Spec;
use crate::plan::{Limits, Placement, Slot, Tensor};

/// The buffers of a call, each by its role: ranges of buffers with [`BufferUsages::STORAGE`], which begin at a multiple of
/// their elements' size, whatever the device can bind. They may lie in one buffer, an arena, as long as nothing is written where
/// another tensor lies (on the web, where bound ranges begin at multiples of the device's
/// `min_storage_buffer_offset_alignment`, not even there). A range may be longer than the tensor; what lies behind it, before
/// it or beside it is not touched.
///
/// | kernel | buffers |
/// |---|---|
/// | forward | `x`, `y`; of a gate `a`, `b`, `y`; of masked rows `x`, `mask`, `y` |
/// | backward | `x`, `dy`, `dx`; of a gate `a`, `b`, `dy`, `da`, `db` |
/// | [both](Spec::both) | `x`, `dy`, `y`, `dx` |
/// | of a [loss](crate::loss) | `x`, `targets`, `losses`, `loss`; with its gradient `dx` |
/// | of a [router](crate::router) | `x`, `y`, `indices`; `x`, `indices`, `dy`, `dx` |
/// | backward from the output, and of rows that take it | `y`, `dy`, `dx` |
/// | a parameter's gradient | `x`, `dy`, `sums` |
/// | [in place](Spec::in_place) | the same without what is written: `x`; `x`, `dy`; `a`, `b`; `a`, `b`, `dy` |
/// | [per channel](Spec::per_channel) | `weights` besides |
/// | with the gradient of [scales](Spec::scale_gradient) | `dscale` besides |
/// | of batches of [experts](Spec::experts) | `counts` besides |
/// | of [attention's scores](Spec::heads) | `mask`, `slopes`, `sinks` besides; backward `x` with a [cap](Spec::softcap), and `dsinks` |
/// | with [quantized](Spec::quantized) values, or [inputs](Spec::dequantized) | `scales` besides; `x_scales`, or `a_scales` and `b_scales` |
/// | with a [bias's gradient](Spec::bias_gradient) | `dbias` besides |
/// | with a [bias](Spec::bias), a [residual](Spec::residual), a [scale](Spec::scale) | `bias`, `residual`, `scale` besides |
///
/// Kernels are fastest where every tensor begins at a multiple of 16 bytes (8 in 16 bits).
///
/// ```no_run
/// # use wgpu_activations::{Buffers, Gpu, Kernels, Spec, gate::SWIGLU, wgpu};
/// # fn f(device: &wgpu::Device, [a, b, dy, da, db]: [&wgpu::Buffer; 5]) -> wgpu_activations::Result<()> {
/// let kernels = Kernels::new(device)?;
/// let inputs = Buffers::new().a(a.slice(..)).b(b.slice(..)).dy(dy.slice(..));
/// let buffers = inputs.da(da.slice(..)).db(db.slice(..));
/// let bound = kernels.get(Spec::backward(&SWIGLU))?.bind(buffers, 1000)?; // to be recorded in a pass of yours
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Buffers<'a> {
    ranges: [Option<BufferSlice<'a>>; ROLES.len()],
}

/// A method for each role.
macro_rules! roles {
    ($($(#[$doc:meta])* $role:ident),* $(,)?) => {
        const ROLES: &[&str] = &[$(stringify!($role)),*];

        impl<'a> Buffers<'a> {
            $($(#[$doc])* pub fn $role(self, range: BufferSlice<'a>) -> Self {
                self.set(stringify!($role), range)
            })*
        }
    };
}

roles! {
    /// What the function is of.
    x,
    /// A gate's first value.
    a,
    /// A gate's second value.
    b,
    /// A mask, which repeats over the axes before its own: its range is as long as it is.
    mask,
    /// What a step away from a query's own place costs, `f32`, one for each head.
    slopes,
    /// Logits beside those of rows, `f32`, one for each head.
    sinks,
    /// The numbers of classes, `i32` or `u32`, one for each row.
    targets,
    /// The experts that a router has chosen, `u32`.
    indices,
    /// The function's value.
    y,
    /// The upstream gradient.
    dy,
    /// What is added to x, a number for each channel; of a gate, those for a and then those for b.
    bias,
    /// What is added to the value.
    residual,
    /// What the value is multiplied by, `f32`: one number, or one for each row.
    scale,
    /// Parameter values per channel: all channels of the first parameter, then all of the second.
    weights,
    /// The gradient along x.
    dx,
    /// The gradient along a.
    da,
    /// The gradient along b.
    db,
    /// A parameter's gradient, `f32`, one for each channel.
    sums,
    /// The scales of quantized results, `f32`, one for each group.
    scales,
    /// The scales of a quantized input, `f32`, one for each group.
    x_scales,
    /// Those of a gate's first value.
    a_scales,
    /// Those of its second value.
    b_scales,
    /// A bias's gradient, `f32`, one for each channel.
    dbias,
    /// How many rows of each expert take part, `u32`.
    counts,
    /// The gradient along each row's scale, `f32`.
    dscale,
    /// The gradient along each head's sink, `f32`.
    dsinks,
    /// The losses of rows, `f32`.
    losses,
    /// What they become, and how many targets took part and were out of range: three numbers, `f32`.
    loss,
}

impl<'a> Buffers<'a> {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// For a forward pass from `x` to `y`.
    pub fn forward(x: BufferSlice<'a>, y: BufferSlice<'a>) -> Self {
        Self::new().x(x).y(y)
    }

    fn set(mut self, role: &str, range: BufferSlice<'a>) -> Self {
        if let Some((_, slot)) = ROLES.iter().zip(&mut self.ranges).find(|(known, _)| **known == role) {
            *slot = Some(range);
        }
        self
    }

    pub(super) fn get(&self, role: &str) -> Option<BufferSlice<'a>> {
        self.given().find(|(known, _)| *known == role).map(|(_, range)| range)
    }

    fn given(&self) -> impl Iterator<Item = (&'static str, BufferSlice<'a>)> {
        ROLES.iter().zip(self.ranges).filter_map(|(role, range)| Some((*role, range?)))
    }
}

/// The ranges that a kernel reaches, by what it binds them as.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ranges<'a>([Option<BufferSlice<'a>>; Slot::COUNT]);

impl<'a> Ranges<'a> {
    pub(super) fn new(ranges: &[(Slot, BufferSlice<'a>)]) -> Self {
        ranges.iter().fold(Self([None; Slot::COUNT]), |all, &(slot, range)| all.set(slot, range))
    }

    /// The same with one more range.
    pub(super) fn set(mut self, slot: Slot, range: BufferSlice<'a>) -> Self {
        self.0[slot as usize] = Some(range);
        self
    }

    pub(super) fn get(&self, slot: Slot) -> Option<BufferSlice<'a>> {
        self.0[slot as usize]
    }

    /// Where these tensors lie.
    pub(super) fn placement<'l>(&self, tensors: &[Tensor], limits: &'l Limits) -> Placement<'l> {
        let buffer = |tensor: &Tensor| self.get(tensor.slot).map(|range| range.buffer());
        let shares = |out: &Tensor| tensors.iter().any(|t| t.slot != out.slot && buffer(t) == buffer(out));
        let aliased = tensors.iter().filter(|t| t.written).any(shares);
        let offsets = self.0.map(|range| range.map_or(0, |range| range.offset()));
        Placement { limits, offsets, aliased, shrinks: false }
    }
}

impl Kernel {
    /// The ranges of these tensors, if the buffers are those that the kernel takes.
    pub(super) fn ranges<'a>(&self, buffers: &Buffers<'a>, tensors: &[Tensor]) -> Result<Ranges<'a>> {
        let taken = |role: &str| tensors.iter().any(|tensor| tensor.role == role);
        let takes: Vec<&str> = ROLES.iter().copied().filter(|role| taken(role)).collect();
        let missing: Vec<&str> = takes.iter().copied().filter(|role| buffers.get(role).is_none()).collect();
        let surplus: Vec<&str> = buffers.given().map(|(role, _)| role).filter(|role| !taken(role)).collect();
        if missing.is_empty() && surplus.is_empty() {
            let ranges = tensors.iter().filter_map(|tensor| Some((tensor.slot, buffers.get(tensor.role)?)));
            return Ok(Ranges::new(&ranges.collect::<Vec<_>>()));
        }
        let join = |roles: &[&str]| roles.join(", ");
        let but = [(missing, "missing"), (surplus, "too many")].into_iter().filter(|(roles, _)| !roles.is_empty());
        let but: Vec<String> = but.map(|(roles, what)| format!("{what}: {}", join(&roles))).collect();
        let hint = if buffers.get("weights").is_some() && !self.spec.per_channel {
            " (weights are for Spec::per_channel)"
        } else {
            ""
        };
        let expected = format!("{}; {}{hint}", join(&takes), but.join("; "));
        Err(Error::WrongBuffers { function: self.spec.name(), expected })
    }

    /// Fails unless the ranges hold what they should.
    pub(super) fn check_ranges(&self, ranges: &Ranges<'_>, tensors: &[Tensor]) -> Result<()> {
        let function = self.spec.name();
        let placement = ranges.placement(tensors, &self.limits);
        for tensor in tensors {
            let Some(slice) = ranges.get(tensor.slot) else { continue };
            self.check_slice(tensor, slice)?;
            for out in tensors.iter().filter(|t| t.written && t.slot != tensor.slot) {
                let Some(written) = ranges.get(out.slot).filter(|w| w.buffer() == slice.buffer()) else { continue };
                let [bytes, others] = [(out, written), (tensor, slice)].map(|(tensor, slice)| {
                    let size = tensor.len.saturating_mul(self.spec.bytes(tensor.slot));
                    // Browsers refuse bindings that overlap, and bindings begin at or before their tensors.
                    let before =
                        if cfg!(target_arch = "wasm32") && size > 0 { slice.offset() % placement.unit() } else { 0 };
                    slice.offset() - before..slice.offset().saturating_add(size)
                });
                if bytes.start.max(others.start) < bytes.end.min(others.end) {
                    return Err(Error::Overlap { function, written: out.role, bytes, other: tensor.role, others });
                }
            }
        }
        Ok(())
    }

    fn check_slice(&self, tensor: &Tensor, slice: BufferSlice<'_>) -> Result<()> {
        let (function, Tensor { role, len, .. }) = (self.spec.name(), *tensor);
        if !slice.buffer().usage().contains(BufferUsages::STORAGE) {
            return Err(Error::MissingUsage { function, role, usage: "STORAGE" });
        }
        let alignment = self.spec.bytes(tensor.slot);
        if slice.size() / alignment < len {
            return Err(Error::Length { function, role, expected: len, got: slice.size() / alignment });
        }
        // The last word of numbers of 16 bits is bound as a whole.
        if slice.offset().saturating_add(len * alignment).next_multiple_of(4) > slice.buffer().size() {
            return Err(Error::Length { function, role, expected: len.saturating_add(1), got: len });
        }
        if slice.offset() % alignment != 0 {
            return Err(Error::Misaligned { function, role, offset: slice.offset(), alignment });
        }
        let skip = slice.offset() % self.limits.alignment.max(16);
        let most = self.limits.binding.saturating_sub(skip) / 4 * 4 / alignment;
        if matches!(tensor.slot, Slot::Weights | Slot::Bias) && len > most {
            return Err(Error::TooLarge { what: role, size: len, limit: most, unit: "elements" });
        }
        Ok(())
    }
}
