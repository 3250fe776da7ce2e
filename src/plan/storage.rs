//! How numbers lie in tensors.

use std::fmt;

use super::{Pass, Slot, Spec, Variant};
use crate::error::{Error, Result};

/// How the numbers of a tensor are stored. Kernels compute in `f32` and round a result once, to the nearest and of two to
/// the even one. They do so with whole numbers, need no feature of the device, and round alike on every backend.
///
/// Overflow gives infinity, a NaN stays NaN, and subnormal numbers are read and written exactly. In between, a device may
/// flush subnormal `f32`: no `f16` is one, every subnormal `bf16` is.
///
/// ```
/// use wgpu_activations::{Spec, Storage, activation::SILU};
/// let spec = Spec::backward(&SILU).storages(Storage::F16, Storage::F32);
/// assert!(spec.wgsl()?.contains("fn widen"));
/// # Ok::<(), wgpu_activations::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Storage {
    /// 32 bits, IEEE's single precision.
    #[default]
    F32,
    /// 16 bits, IEEE's half precision: 11 digits, up to 65504.
    F16,
    /// 16 bits, the first half of an `f32`: 8 digits and its range.
    Bf16,
}

impl Storage {
    /// All of them.
    pub const ALL: [Storage; 3] = [Storage::F32, Storage::F16, Storage::Bf16];

    /// Bytes of a number.
    pub const fn bytes(self) -> u64 {
        match self {
            Self::F32 => 4,
            Self::F16 | Self::Bf16 => 2,
        }
    }
}

impl fmt::Display for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::F32 => "f32",
            Self::F16 => "f16",
            Self::Bf16 => "bf16",
        })
    }
}

impl Spec {
    /// The same on tensors of this storage. Parameters, weights and the sums of a parameter's gradient stay `f32`.
    ///
    /// A device writes words, and two numbers of 16 bits share one. So the buffer of an odd number of them must have room
    /// for one more. A kernel keeps what is there, which no other dispatch may write at the same time.
    pub fn storage(self, storage: Storage) -> Self {
        self.storages(storage, storage)
    }

    /// The same with all that is read stored in one way, and all that is written in another; not in place.
    pub fn storages(self, input: Storage, output: Storage) -> Self {
        let sums = matches!(self.pass, Pass::ParamGradient(_));
        Self { input, output: if sums { Storage::F32 } else { output }, ..self }
    }

    /// Fails if there is no kernel for its storages.
    pub(super) fn check_storage(&self) -> Result<()> {
        if self.in_place && self.input != self.output {
            return Err(Error::WrongBuffers {
                function: self.name(),
                expected: "one storage for all tensors, or an output of its own",
            });
        }
        Ok(())
    }

    /// How a tensor is stored.
    pub(crate) fn stored(&self, slot: Slot) -> Storage {
        match slot {
            Slot::A | Slot::B | Slot::C => self.input,
            Slot::Out | Slot::Out2 => self.output,
            _ => Storage::F32,
        }
    }

    /// Those of some slots that hold elements, with their storages.
    pub(super) fn stored_in(&self, slots: &[Slot]) -> Vec<(Slot, Storage)> {
        slots.iter().filter(|slot| slot.of_elements()).map(|&slot| (slot, self.stored(slot))).collect()
    }

    /// Whether any tensor holds numbers of 16 bits.
    pub(super) fn has_shorts(&self) -> bool {
        self.input.bytes().min(self.output.bytes()) < Storage::F32.bytes()
    }

    /// Elements that an invocation takes.
    pub(super) fn lanes(&self, variant: Variant) -> u64 {
        match variant {
            Variant::Wide | Variant::PartWide | Variant::Pairs | Variant::List => super::steps::PACK,
            // Halves in blocks of odd length go one by one.
            Variant::Narrow | Variant::PartNarrow if self.has_shorts() && !self.has_halves() => 2,
            _ => 1,
        }
    }

    /// The file that says what a pack of so many lanes is.
    pub(super) fn pack_file(lanes: u64) -> &'static str {
        match lanes {
            1 => "storage/f32_narrow",
            2 => "storage/f32_twin",
            _ => "storage/f32",
        }
    }
}
