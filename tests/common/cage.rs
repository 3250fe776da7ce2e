//! Tensors between canaries: what is written beside one is seen.

use wgpu_activations::wgpu::{Buffer, BufferSlice};

use super::rig::Rig;

/// A NaN that no kernel makes.
const CANARY: u32 = 0x7fc0_dead;
/// Words before a tensor, a multiple of every offset alignment, and behind it.
const BEFORE: usize = 64;
const BEHIND: usize = 35;

/// A tensor between canaries.
pub struct Cage(Buffer, usize);

impl Cage {
    pub fn new(rig: &Rig, values: &[f32]) -> Self {
        let mut words = vec![f32::from_bits(CANARY); BEFORE + values.len() + BEHIND];
        words[BEFORE..BEFORE + values.len()].copy_from_slice(values);
        Self(rig.upload(&words), values.len())
    }

    pub fn room(rig: &Rig, len: usize) -> Self {
        Self::new(rig, &vec![7.0; len])
    }

    pub fn slice(&self) -> BufferSlice<'_> {
        let from = BEFORE as u64 * 4;
        self.0.slice(from..from + self.1 as u64 * 4)
    }

    /// The values, after a look at the canaries.
    #[track_caller]
    pub fn open(&self, rig: &Rig, what: &str) -> Vec<f32> {
        let words = rig.words(&self.0);
        let (before, rest) = words.split_at(BEFORE);
        let (inside, behind) = rest.split_at(self.1);
        assert!(before.iter().chain(behind).all(|&w| w == CANARY), "{what}: something beside a tensor was written");
        inside.iter().map(|&w| f32::from_bits(w)).collect()
    }
}
