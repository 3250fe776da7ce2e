//! The CPU's turn.

use std::time::Instant;

use wgpu_activations::Storage;

use super::{Kernel, Tensors};
use crate::error::{Error, Result};
use crate::measure::{Job, PROBE, Results, output, pattern};

/// Calls of a job before any of its times counts: one that is checked, and one that tells how many fill a batch.
pub const WARM_UP: u32 = 2;
/// Calls are repeated for about this long.
const BATCH: f64 = 4e-3;
/// The most elements: five tensors of 4 GiB.
const MOST: u64 = 1 << 30;
/// In ULP of the result or of the largest term.
const BOUND: f64 = 8.0;

/// Tensors of `f32` on the CPU, with the numbers that the GPU has in a [`Session`](crate::measure::Session).
///
/// ```
/// use wgpu_activations::{Pass, activation::GELU};
/// use wgpu_activations_harness::{cpu::Rival, measure::Job};
/// let mut rival = Rival::new(1000)?;
/// let ready = rival.ready(&Job::new(&GELU, Pass::Forward))?.expect("a function that the CPU has");
/// assert!(rival.time(ready) > 0.0);
/// # Ok::<(), wgpu_activations_harness::Error>(())
/// ```
#[derive(Debug)]
pub struct Rival {
    inputs: [Vec<f32>; 3],
    out: Vec<f32>,
    out2: Vec<f32>,
}

/// A job that is warm.
#[derive(Clone, Copy, Debug)]
pub struct Ready {
    kernel: Kernel,
    length: usize,
    calls: u32,
}

impl Rival {
    /// # Errors
    /// [`Error::TooLarge`].
    pub fn new(elements: u64) -> Result<Self> {
        if elements > MOST {
            return Err(Error::TooLarge { elements, most: MOST });
        }
        let values: [fn(u64) -> f32; 3] = [|i| pattern(i).0, output, |i| pattern(i).1];
        let inputs = values.map(|value| (0..elements).map(value).collect());
        let zeros = vec![0.0; elements as usize];
        Ok(Self { inputs, out: zeros.clone(), out2: zeros })
    }

    /// Runs a job twice and checks its answers; none where the CPU has no kernel for it.
    ///
    /// # Errors
    /// [`Error::WrongAnswer`] and [`Error::NoRow`].
    pub fn ready(&mut self, job: &Job) -> Result<Option<Ready>> {
        let Some(kernel) = Kernel::find(&job.of, job.pass) else { return Ok(None) };
        let (elements, length) = (self.out.len(), job.length);
        let short = Error::NoRow { elements: elements as u64, length };
        let length =
            usize::try_from(length).ok().filter(|length| (1..=elements.max(1)).contains(length)).ok_or(short)?;
        let ready = Ready { kernel, length, calls: 1 };
        self.time(ready);
        let len = if length > 1 { length } else { elements.min(PROBE as usize) };
        let out = [&self.out[..len], &self.out2[..len]];
        Results { job, storage: Storage::F32, first: 0, half: 0, out, by: "CPU", bound: Some(BOUND) }.verify()?;
        let once = self.time(ready);
        Ok(Some(Ready { calls: (BATCH / once).ceil().clamp(1.0, 1000.0) as u32, ..ready }))
    }

    /// Seconds of a call.
    pub fn time(&mut self, ready: Ready) -> f64 {
        let [x, y, dy] = &self.inputs;
        let mut tensors = Tensors { x, y, dy, out: &mut self.out, out2: &mut self.out2 };
        let start = Instant::now();
        (0..ready.calls).for_each(|_| ready.kernel.run(ready.length, &mut tensors));
        start.elapsed().as_secs_f64() / f64::from(ready.calls)
    }
}
