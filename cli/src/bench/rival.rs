//! The CPU's turn.

use std::time::Instant;

use anyhow::{Result, ensure};
use wgpu_activations::measure::{self, Job};
use wgpu_activations::{Extent, Op, Pass, check, reference};

use crate::cpu::{Kernel, Tensors};

/// Calls are repeated for about this long.
const BATCH: f64 = 4e-3;
/// Results compared.
const PROBE: usize = 4096;
/// The most elements: five tensors of 4 GiB.
const MOST: u64 = 1 << 30;
/// In ULP of the result or of the largest term.
const BOUND: f64 = 8.0;

/// Tensors on the CPU, with the numbers that the GPU has.
pub(super) struct Rival {
    inputs: [Vec<f32>; 3],
    out: Vec<f32>,
    out2: Vec<f32>,
}

/// A job that is warm.
#[derive(Clone, Copy)]
pub(super) struct Ready {
    kernel: Kernel,
    length: usize,
    calls: u32,
}

impl Rival {
    pub(super) fn new(elements: u64) -> Result<Self> {
        ensure!(elements <= MOST, "{elements} elements are more than the CPU is measured with: {MOST}");
        let inputs = measure::inputs(elements);
        let zeros = vec![0.0; inputs[0].len()];
        Ok(Self { inputs, out: zeros.clone(), out2: zeros })
    }

    /// Runs a job twice and checks its answers; none where the CPU has no kernel for it.
    pub(super) fn ready(&mut self, job: &Job) -> Result<Option<Ready>> {
        let Some(kernel) = Kernel::find(&job.of, job.pass) else { return Ok(None) };
        let elements = self.out.len() as u64;
        ensure!(job.length <= elements, "{elements} elements hold no row of {}", job.length);
        let ready = Ready { kernel, length: usize::try_from(job.length)?, calls: 1 };
        self.time(ready);
        self.check(job)?;
        let once = self.time(ready);
        Ok(Some(Ready { calls: (BATCH / once).ceil().clamp(1.0, 1000.0) as u32, ..ready }))
    }

    /// Seconds of a call.
    pub(super) fn time(&mut self, ready: Ready) -> f64 {
        let [x, y, dy] = &self.inputs;
        let mut tensors = Tensors { x, y, dy, out: &mut self.out, out2: &mut self.out2 };
        let start = Instant::now();
        (0..ready.calls).for_each(|_| ready.kernel.run(ready.length, &mut tensors));
        start.elapsed().as_secs_f64() / f64::from(ready.calls)
    }

    fn check(&self, job: &Job) -> Result<()> {
        let error = self.error(job)?;
        let (name, pass) = (job.of.name(), job.pass);
        ensure!(error <= BOUND, "{name} {pass} on the CPU is wrong: {error:.1} ULP beside the reference");
        Ok(())
    }

    /// The largest error at the start of the result, or in its first row.
    fn error(&self, job: &Job) -> Result<f64> {
        let forward = job.pass == Pass::Forward;
        let len = if job.length > 1 { usize::try_from(job.length)? } else { PROBE.min(self.out.len()) };
        let [x, y, dy] = self.inputs.each_ref().map(|tensor| &tensor[..len]);
        let (out, out2) = (&self.out[..len], &self.out2[..len]);
        let pairs = |got: &[f32], exact: Vec<f64>, term: &dyn Fn(usize) -> f64| {
            let errors = got.iter().zip(exact).enumerate().map(|(i, (&got, exact))| check::ulps(got, exact, term(i)));
            errors.fold(0.0, f64::max)
        };
        match job.of {
            Op::Activation(activation) => {
                let exact =
                    if forward { reference::forward(activation, x) } else { reference::backward(activation, x, dy) };
                let params: Vec<f64> = activation.params.iter().map(|p| p.default).collect();
                let factor = |i: usize| if forward { 1.0 } else { f64::from(dy[i]) };
                Ok(pairs(out, exact?, &|i| activation.largest_term(job.pass, f64::from(x[i]), &params) * factor(i)))
            }
            Op::Gate(gate) if forward => Ok(pairs(out, reference::gate_forward(gate, x, y)?, &|_| 0.0)),
            Op::Gate(gate) => {
                let (da, db) = reference::gate_backward(gate, x, y, dy)?;
                // Near its root the derivative along a is the difference of terms as large as dy b.
                Ok(pairs(out, da, &|i| f64::from(dy[i] * y[i])).max(pairs(out2, db, &|_| 0.0)))
            }
            Op::RowFunction(row) => {
                let extent = Extent { outer: 1, channels: job.length, inner: 1 };
                let (input, dy): (_, &[f32]) = if forward { (x, &[]) } else { (y, dy) };
                Ok(check::row_error(&row.function(), extent, input, dy, out)?.0)
            }
            _ => Ok(0.0),
        }
    }
}
