//! How kernels over rows reach their tensors.

use crate::function::RowFunction;
use crate::plan::{Access, Body, Key, Layout, PACK, Slot, Spec};
use crate::tensor::{Pass, Storage};

impl Spec {
    /// Elements of a tensor that a kernel of this layout reaches at once.
    pub(in crate::plan) fn row_lanes(&self, row: &RowFunction, layout: Layout, slot: Slot) -> u64 {
        let (forward, unaligned) = (self.pass == Pass::Forward, layout == Layout::Unaligned);
        let single = match slot {
            // Masks repeat, so that they may lie otherwise.
            Slot::B if forward && !row.targets => unaligned || self.takes_bools(slot) || self.masks_rows(),
            Slot::C => unaligned,
            Slot::B => row.reduces || row.targets,
            Slot::Out => unaligned || self.gives_one(row),
            _ => false,
        };
        if layout == Layout::Gathered || single { 1 } else { PACK }
    }

    /// How a kernel reaches its tensors; what lies between dispatches its own files bind.
    pub(super) fn row_accesses(&self, row: &RowFunction, key: Key) -> Vec<Access> {
        let values = match key.body {
            Body::Rows | Body::ChunkValues => true,
            Body::ChunkKeys | Body::ChunkPlaces | Body::ChunkSums => false,
            Body::Heads => {
                let out = Access::write(Slot::Out, Storage::F32, 1);
                return vec![Access { adds: self.accumulate, ..out }];
            }
            _ => return self.accesses_of_heads(key.body).collect(),
        };
        let lanes = |slot| self.row_lanes(row, key.layout, slot);
        let of = |slot| match slot {
            Slot::B if self.takes_bools(slot) => Some(Access { bools: true, ..Access::read(slot, Storage::F32, 1) }),
            Slot::A | Slot::B | Slot::C => Some(Access::read(slot, self.input, lanes(slot))),
            Slot::Out if values => {
                Some(Access { adds: self.accumulate, ..Access::write(slot, self.output, lanes(slot)) })
            }
            _ => None,
        };
        self.slots(key).into_iter().filter_map(of).chain(self.accesses_of_heads(key.body)).collect()
    }
}
