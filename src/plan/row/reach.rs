//! How kernels over rows reach their tensors.

use super::{PACK, Shape, Slot, Spec, Variant};
use crate::function::RowFunction;
use crate::plan::access::Access;
use crate::tensor::Pass;

impl Spec {
    /// Elements of a tensor that a kernel of this shape reaches at once.
    pub(super) fn row_lanes(&self, row: &RowFunction, shape: Shape, slot: Slot) -> u64 {
        let forward = self.pass == Pass::Forward;
        let alone = match slot {
            // Masks repeat, so that they may lie otherwise.
            Slot::B if forward => shape.edged,
            Slot::B => row.reduces,
            Slot::Out => shape.edged || self.gives_one(row),
            _ => false,
        };
        if (shape.wide || shape.edged) && !alone { PACK } else { 1 }
    }

    /// How a variant reaches its tensors; what lies between dispatches its own files bind.
    pub(in crate::plan) fn row_accesses(&self, row: &RowFunction, variant: Variant) -> Vec<Access> {
        let (shape, values) = match variant {
            Variant::Rows(shape) | Variant::Alone(shape) | Variant::ChunkValues(shape) => (shape, true),
            Variant::ChunkKeys(shape) | Variant::ChunkPlaces(shape) | Variant::ChunkSums(shape) => (shape, false),
            _ => return Vec::new(),
        };
        let lanes = |slot| self.row_lanes(row, shape, slot);
        let of = |slot| match slot {
            Slot::A | Slot::B => Some(Access::read(slot, self.input, lanes(slot))),
            Slot::Out if values => {
                Some(Access { adds: self.accumulate, ..Access::write(slot, self.output, lanes(slot)) })
            }
            _ => None,
        };
        self.row_slots(row, variant).into_iter().filter_map(of).collect()
    }
}
