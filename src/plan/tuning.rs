//! Numbers that make kernels fast on one kind of device or another, and never make them right or wrong.

use crate::error::{Error, Result};

/// How work is divided, for one kind of device. [`Limits`](super::Limits) says what a device can do at all.
///
/// ```
/// use wgpu_activations::{Limits, Tuning};
/// let mut tuning = Tuning::DISCRETE;
/// tuning.packs_per_thread = 8;
/// let limits = Limits { tuning, ..Limits::default() };
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Tuning {
    /// Threads of a workgroup that holds whole rows: a power of two, at most 256.
    pub row_threads: u32,
    /// Packs of four elements of a row, at least, before a second thread shares it.
    pub packs_per_thread: u64,
    /// Rows from which on each thread has a row to itself, if ever.
    pub thread_per_row: Option<u64>,
    /// Fewer rows than this go in chunks, if they are long.
    pub few_rows: u64,
    /// Elements from which on rows are long.
    pub long_row: u64,
    /// Packs of a chunk that a thread takes.
    pub chunk_packs: u64,
    /// Rows from which on a second dispatch pays, where the last rows cannot be read as aligned vectors, if ever.
    pub unaligned_rows: Option<u64>,
    /// Packs of a dispatch from which on an invocation takes two, of tensors that begin with their bindings, if ever.
    pub doubled_from: Option<u64>,
    /// Elements below which an odd tensor goes element by element, which spares a dispatch.
    pub small: u64,
    /// Iterations that the loops of a thread may have in all.
    pub iterations: u64,
}

impl Tuning {
    /// Drivers that run kernels on a CPU, such as Mesa's llvmpipe and lavapipe, where barriers are dear. They end a thread's
    /// loops after 65,535 iterations, without a word.
    pub const SOFTWARE: Self = Self {
        row_threads: 8,
        packs_per_thread: 1,
        thread_per_row: Some(64),
        few_rows: 4,
        chunk_packs: 1024,
        unaligned_rows: Some(128),
        // Offsets are loaded anew at every use.
        doubled_from: Some(1 << 16),
        ..Self::DISCRETE
    };
    /// GPUs that share the CPU's memory: fewer workgroups fill them.
    pub const INTEGRATED: Self = Self { few_rows: 32, ..Self::DISCRETE };
    /// GPUs with memory of their own, and whatever is unknown.
    pub const DISCRETE: Self = Self {
        row_threads: 256,
        packs_per_thread: 4,
        thread_per_row: None,
        few_rows: 128,
        long_row: 1 << 16,
        chunk_packs: 16,
        unaligned_rows: None,
        doubled_from: None,
        small: 16 * 1024,
        iterations: 60_000,
    };
    /// All of them.
    pub const ALL: [Self; 3] = [Self::DISCRETE, Self::INTEGRATED, Self::SOFTWARE];

    /// Fails for numbers that no kernel can be made of.
    pub(crate) fn check(&self) -> Result<()> {
        let Self { row_threads, packs_per_thread, chunk_packs, iterations, .. } = *self;
        let threads = row_threads.is_power_of_two() && row_threads <= 256;
        if threads && [packs_per_thread, chunk_packs].iter().all(|n| (1..=1 << 16).contains(n)) && iterations >= 1024 {
            return Ok(());
        }
        let reason = format!(
            "tuning: row_threads ({row_threads}) has to be a power of two up to 256, packs_per_thread ({packs_per_thread}) and \
             chunk_packs ({chunk_packs}) within 1 to 65,536, iterations ({iterations}) at least 1024"
        );
        Err(Error::Unsupported { reason })
    }
}
