//! Kernels for many tensors at once: a table holds their parts, each of which a workgroup does.

use super::{Body, Key, Layout, Limits, PACK, Spec};
use crate::function::Op;
use crate::tensor::Pass;

/// An entry of the table: offsets as in `kernel/index.wgsl`, how many elements, and a number that only uniforms have.
pub(super) type Task = [u32; 10];

/// The kernel of a batch. Its tensors may begin anywhere.
pub(super) fn key(aliased: bool) -> Key {
    Key { aliased, ..Key::new(Body::Batch, PACK, Layout::Gathered) }
}

impl Spec {
    /// Whether many tensors of it can go at once: values from elements, with one parameter for all, and no more buffers
    /// than the device binds.
    pub(crate) fn batches(&self, limits: &Limits) -> bool {
        // What goes with a tensor would have to lie beside each of them.
        let elements = match self.of {
            Op::Activation(_) => !matches!(self.pass, Pass::ParamGradient(_)),
            Op::Gate(_) => !self.has_halves(),
            _ => false,
        };
        let buffers = || self.slots(key(false)).iter().filter(|slot| !slot.uniform()).count() as u64;
        elements && self.alone() && buffers() <= limits.buffers
    }

    /// The kernels of batches.
    pub(super) fn batch_keys(&self, limits: &Limits) -> impl Iterator<Item = Key> {
        self.batches(limits).then_some(key(false)).into_iter().flat_map(|key| key.and_aliased(true))
    }
}
