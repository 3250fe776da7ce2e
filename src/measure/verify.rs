//! Whether what comes out of a measurement is right: both ends of the outputs against the reference.

use super::tensors::Tensors;
use super::{Job, output, pattern};
use crate::check::{finer, gate_error, stored_bound, stored_row_error, stored_ulps};
use crate::error::{Error, Result};
use crate::function::{Activation, Gate, Gradient, Op, Output, RowFunction};
use crate::gpu::Gpu;
use crate::reference;
use crate::tensor::{Extent, Pass};

/// Results compared, at either end of a tensor.
const PROBE: u64 = 4096;

impl Tensors {
    /// Fails unless both ends of the output are what the reference gives.
    pub(super) fn verify(&self, gpu: &Gpu, job: &Job) -> Result<()> {
        match job.of {
            Op::Activation(activation) => self.verify_elements(gpu, activation, job.pass),
            Op::RowFunction(row) => self.verify_rows(gpu, row, job),
            Op::Gate(gate) => self.verify_gate(gpu, gate, job.pass),
            Op::Doubling(_) => self.verify_halves(gpu, job),
        }
    }

    fn verify_elements(&self, gpu: &Gpu, activation: &'static Activation, pass: Pass) -> Result<()> {
        let len = self.elements.min(PROBE);
        for start in [0, (self.elements - len) / 4 * 4] {
            let x = self.rounded((start..start + len).map(|i| pattern(i).0));
            let dy = self.rounded((start..start + len).map(|i| pattern(i).1));
            let got = self.read(gpu, &self.out, start, len as usize)?;
            let expected = match pass {
                Pass::Forward => reference::forward(activation, &x)?,
                Pass::BackwardFromOutput => reference::backward_from_output(activation, &x, &dy)?,
                _ => reference::backward(activation, &x, &dy)?,
            };
            let params: Vec<f64> = activation.params.iter().map(|p| f64::from(p.default as f32)).collect();
            // The product with dy rounds once more, in `f32`.
            let bound = stored_bound(self.storage, pass, activation.bound(pass)) + finer(self.storage);
            let wrong = (0..got.len()).find(|&i| {
                let factor = if pass == Pass::Forward { 1.0 } else { f64::from(dy[i]) };
                let term = activation.largest_term(pass, f64::from(x[i]), &params) * factor;
                stored_ulps(self.storage, got[i], expected[i], term) > bound
            });
            if let Some(i) = wrong {
                let (function, pass) = (activation.name, pass.to_string());
                return Err(Error::WrongAnswer { function, pass, at: x[i], got: got[i], expected: expected[i] });
            }
        }
        Ok(())
    }

    /// Some rows at either end.
    fn verify_rows(&self, gpu: &Gpu, row: &'static RowFunction, job: &Job) -> Result<()> {
        let (length, all) = (job.length, self.rows(job.length)?.outer);
        let count = (PROBE / length).clamp(1, all);
        let forward = job.pass == Pass::Forward;
        let result = if row.reduces && forward { 1 } else { length };
        // The mask is a row of dy; a row's upstream gradient is one element where rows are reduced to one.
        let mask = self.rounded((0..length).map(|i| pattern(i).1));
        // The reference counts rows from 0, so where their number matters only the first of a matrix will do.
        let numbered = row.params.iter().any(|p| p.name == "queries");
        let last = if numbered { (all - count) / length * length } else { all - count };
        for first in [0, last] {
            let from_output = !forward && row.gradient == Gradient::Output;
            let value = |i| if from_output { output(i) } else { pattern(i).0 };
            let x = self.rounded((first * length..(first + count) * length).map(value));
            let of_dy = if row.reduces { 1 } else { length };
            let dy = self.rounded((first * of_dy..(first + count) * of_dy).map(|i| pattern(i).1));
            let got = self.read(gpu, &self.out, first * result, (count * result) as usize)?;
            let f = if row.masked && forward { row.function().mask(&mask) } else { row.function() };
            let extent = Extent { outer: count, channels: length, inner: 1 };
            let dy: &[f32] = if forward { &[] } else { &dy };
            let (error, at) = stored_row_error(&f, extent, &x, dy, &got, self.storage)?;
            let bound = if forward { row.bounds.forward } else { row.bounds.backward };
            let bound = stored_bound(self.storage, job.pass, bound);
            if error > bound {
                let (function, pass) = (row.name, format!("{} with rows of {length}", job.pass));
                return Err(Error::WrongAnswer { function, pass, at, got: got[0], expected: error });
            }
        }
        Ok(())
    }

    /// The results of a gate, whose b is the positive tensor.
    fn verify_gate(&self, gpu: &Gpu, gate: &'static Gate, pass: Pass) -> Result<()> {
        let len = self.elements.min(PROBE);
        gate.check_reference()?;
        let gated = gate.function();
        let params: Vec<f64> = gated.params().iter().map(|&p| f64::from(p)).collect();
        let outputs: &[(Output, &wgpu::Buffer)] = match pass {
            Pass::Forward => &[(Output::Y, &self.out)],
            _ => &[(Output::Da, &self.out), (Output::Db, &self.out2)],
        };
        for start in [0, self.elements - len] {
            for (kind, buffer) in outputs {
                let got = self.read(gpu, buffer, start, len as usize)?;
                let bound = stored_bound(self.storage, pass, gate.bound(*kind));
                for (i, got) in (start..).zip(got) {
                    let (a, dy) = pattern(i);
                    let at = self.rounded([a, output(i), dy].into_iter());
                    let (error, expected) =
                        gate_error(&gated, *kind, &params, [at[0], at[1], at[2]], got, self.storage);
                    if error > bound {
                        return Err(Error::WrongAnswer {
                            function: gate.name,
                            pass: kind.to_string(),
                            at: a,
                            got,
                            expected,
                        });
                    }
                }
            }
        }
        Ok(())
    }

    /// Both halves of y, or dx, of a function that doubles its input: one block, so that halves lie one after the other.
    fn verify_halves(&self, gpu: &Gpu, job: &Job) -> Result<()> {
        let half = self.moved(job).0;
        let len = half.min(PROBE);
        for start in [0, half - len] {
            let x = self.rounded((start..start + len).map(|i| pattern(i).0));
            let extent = Extent { outer: 1, channels: len, inner: 1 };
            let dy = (start..start + len).chain(half + start..half + start + len).map(|i| pattern(i).1);
            let (got, expected) = if job.pass == Pass::Forward {
                let mut got = self.read(gpu, &self.out, start, len as usize)?;
                got.extend(self.read(gpu, &self.out, half + start, len as usize)?);
                (got, reference::crelu(&x, extent)?)
            } else {
                let dy = self.rounded(dy);
                (self.read(gpu, &self.out, start, len as usize)?, reference::crelu_backward(&x, &dy, extent)?)
            };
            if let Some(i) = (0..got.len()).find(|&i| f64::from(got[i]) != expected[i]) {
                let (function, pass, at) = (job.of.name(), job.pass.to_string(), x[i % x.len()]);
                return Err(Error::WrongAnswer { function, pass, at, got: got[i], expected: expected[i] });
            }
        }
        Ok(())
    }
}
