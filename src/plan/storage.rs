//! How the tensors of a kernel are stored.

use super::{Slot, Spec, router};
use crate::error::{Error, Result};
use crate::function::Op;
use crate::tensor::Pass;
use crate::tensor::Storage;

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
            return Err(Error::NoKernel {
                function: self.name(),
                reason: "in place all tensors have one storage: use an output of its own",
            });
        }
        Ok(())
    }

    /// How a tensor is stored.
    pub(crate) fn stored(&self, slot: Slot) -> Storage {
        match slot {
            slot if self.routes().is_some() && router::stored(slot, self.pass).is_some() => Storage::F32,
            // Targets are words, losses f32.
            Slot::B | Slot::Out2 if self.has_targets() => Storage::F32,
            Slot::A | Slot::B | Slot::C => self.input,
            Slot::Out if self.neighbours.bias_gradient && matches!(self.of, Op::Activation(_)) => Storage::F32,
            Slot::Out2 if self.attention.sink_gradient || self.quantized.is_some() => Storage::F32,
            Slot::Out | Slot::Out2 => self.output,
            slot => self.stored_beside(slot),
        }
    }

    /// Bytes of an element of a tensor.
    pub(crate) fn bytes(&self, slot: Slot) -> u64 {
        if self.takes_bools(slot) || self.of_numbers(slot) { 1 } else { self.stored(slot).bytes() }
    }

    /// Those of some slots that hold elements, with their storages.
    pub(super) fn stored_in(&self, slots: &[Slot]) -> Vec<(Slot, Storage)> {
        slots.iter().filter(|slot| slot.of_elements()).map(|&slot| (slot, self.stored(slot))).collect()
    }

    /// Whether any tensor holds numbers of 16 bits.
    pub(super) fn has_shorts(&self) -> bool {
        self.input.bytes().min(self.output.bytes()) < Storage::F32.bytes()
    }

    /// The file that says what a pack of so many lanes is.
    pub(super) fn pack_file(lanes: u64) -> &'static str {
        match lanes {
            1 => "storage/f32x1",
            2 => "storage/f32x2",
            _ => "storage/f32x4",
        }
    }
}
