//! Whether what comes out of a measurement is right: both ends of the outputs against the reference.

use std::ops::Range;

use wgpu_activations::gate::{Doubling, Output};
use wgpu_activations::row::{Gradient, RowFunction};
use wgpu_activations::{Activation, Extent, Gate, Gpu, Op, Pass, Storage};

use super::tensors::Tensors;
use super::{Job, output, pattern};
use crate::compare::{self, Stored, Worst, dispatch, finer, stored_bound};
use crate::error::{Error, Result};

/// Results compared, at either end of a tensor.
pub(crate) const PROBE: u64 = 4096;

impl Tensors {
    /// Fails unless both ends of the output are what the reference gives.
    pub(super) fn verify(&self, gpu: &Gpu, job: &Job) -> Result<()> {
        let (used, _) = self.moved(job);
        let forward = job.pass == Pass::Forward;
        let (inputs, outputs, starts) = match job.of {
            Op::RowFunction(row) => {
                let (length, rows) = (job.length, self.rows(job.length)?.outer);
                let count = (PROBE / length).clamp(1, rows);
                // The reference counts rows from 0, so where their number matters only the first of a matrix will do.
                let numbered = row.params.iter().any(|param| param.name == "queries");
                let last = if numbered { (rows - count) / length * length } else { rows - count };
                let result = if row.reduces && forward { 1 } else { length };
                (length, result, [0..count, last..last + count])
            }
            _ => (1, 1, [0..used.min(PROBE), used - used.min(PROBE)..used]),
        };
        for part in starts {
            let (start, len) = (part.start * outputs, (part.end - part.start) * outputs);
            let out = self.read(gpu, &self.out, start, len)?;
            let out2 = match job.of {
                Op::Gate(_) if !forward => self.read(gpu, &self.out2, start, len)?,
                // The second half of y lies behind all of the first.
                Op::Doubling(_) if forward => self.read(gpu, &self.out, used + start, len)?,
                _ => Vec::new(),
            };
            let (first, out) = (part.start * inputs, [&out[..], &out2]);
            Results { job, storage: self.storage, first, half: used, out, by: "GPU", bound: None }.verify()?;
        }
        Ok(())
    }
}

/// Results of a job on the numbers that are measured on.
pub(crate) struct Results<'a> {
    pub(crate) job: &'a Job,
    pub(crate) storage: Storage,
    /// The number of their first element, of rows that of the first row's first.
    pub(crate) first: u64,
    /// Of a function that makes two values of one: how far apart these lie.
    pub(crate) half: u64,
    pub(crate) out: [&'a [f32]; 2],
    /// What computed them.
    pub(crate) by: &'static str,
    /// The error that they may have, unless it is the one that the catalogue states.
    pub(crate) bound: Option<f64>,
}

impl Results<'_> {
    /// Fails unless they are what the reference gives.
    pub(crate) fn verify(&self) -> Result<()> {
        match self.job.of {
            Op::Activation(activation) => self.verify_elements(activation),
            Op::RowFunction(row) => self.verify_rows(row),
            Op::Gate(gate) => self.verify_gate(gate),
            Op::Doubling(doubling) => self.verify_halves(doubling),
            _ => Err(Error::Unmeasured { function: self.job.of.name(), pass: self.job.pass }),
        }
    }

    fn verify_elements(&self, activation: &'static Activation) -> Result<()> {
        let Job { pass, .. } = *self.job;
        let [x, _, dy] = self.inputs(self.elements())?;
        let worst = compare::elements(activation, &activation.function(), pass, [&x, &dy], self.out[0], self.storage)?;
        // The product with dy rounds once more, in `f32`.
        self.judge(&worst, stored_bound(self.storage, pass, activation.bound(pass)) + finer(self.storage))
    }

    fn verify_rows(&self, row: &'static RowFunction) -> Result<()> {
        let Job { pass, length, .. } = *self.job;
        let forward = pass == Pass::Forward;
        let count = self.out[0].len() as u64 / if row.reduces && forward { 1 } else { length };
        let [x, y, dy] = self.inputs(self.first..self.first + count * length)?;
        // A row's upstream gradient is one element where rows are reduced to one.
        let one_each = self.first / length..self.first / length + count;
        let dy = if row.reduces { self.inputs(one_each)?[2].clone() } else { dy };
        // The mask is as long as a row, and the same for all.
        let [.., mask] = self.inputs(0..length)?;

        let from = if !forward && row.gradient == Gradient::Output { &y } else { &x };
        let function = row.along(Extent { outer: count, channels: length, inner: 1 });
        let function = if row.masked && forward { function.mask(&mask) } else { function };
        let dy: &[f32] = if forward { &[] } else { &dy };
        let worst = compare::rows(&function, [from, dy], self.out[0], self.storage)?;
        let bound = if forward { row.bounds.forward } else { row.bounds.backward };
        self.judge(&worst, stored_bound(self.storage, pass, bound))
    }

    /// Of a gate, whose b is the positive tensor.
    fn verify_gate(&self, gate: &'static Gate) -> Result<()> {
        let (Job { pass, .. }, gated, [out, out2]) = (*self.job, gate.function(), self.out);
        let inputs = self.inputs(self.elements())?;
        let inputs = inputs.each_ref().map(Vec::as_slice);
        let judge = |output, worst: &Worst| self.judge(worst, stored_bound(self.storage, pass, gate.bound(output)));
        if pass == Pass::Forward {
            let [y] = compare::gate(gate, &gated, [Output::Y], inputs, [out], self.storage)?;
            return judge(Output::Y, &y);
        }
        let [da, db] = compare::gate(gate, &gated, [Output::Da, Output::Db], inputs, [out, out2], self.storage)?;
        judge(Output::Da, &da).and_then(|()| judge(Output::Db, &db))
    }

    /// Of both halves of y, or of dx.
    fn verify_halves(&self, doubling: &'static Doubling) -> Result<()> {
        let pairs = |[first, second]: [&[f32]; 2]| -> Vec<f32> {
            first.iter().zip(second).flat_map(|(&first, &second)| [first, second]).collect()
        };
        let [x, _, dy] = self.inputs(self.elements())?;
        let Range { start, end } = self.elements();
        let [.., second_dy] = self.inputs(self.half + start..self.half + end)?;
        let got = if self.job.pass == Pass::Forward { pairs(self.out) } else { self.out[0].to_vec() };
        let worst = compare::doubling(doubling, self.job.pass, [&x, &pairs([&dy, &second_dy])], &got, self.storage)?;
        self.judge(&worst, 0.0)
    }

    fn elements(&self) -> Range<u64> {
        self.first..self.first + self.out[0].len() as u64
    }

    /// The x, y and dy of some elements, as tensors hold them.
    fn inputs(&self, of: Range<u64>) -> Result<[Vec<f32>; 3]> {
        let values: [fn(u64) -> f32; 3] = [|i| pattern(i).0, output, |i| pattern(i).1];
        let stored = |values: Vec<f32>| dispatch!(self.storage, T => Ok(T::widen(&T::narrow(&values))));
        let [x, y, dy] = values.map(|value| stored(of.clone().map(value).collect()));
        Ok([x?, y?, dy?])
    }

    fn judge(&self, worst: &Worst, bound: f64) -> Result<()> {
        if worst.ulp <= self.bound.unwrap_or(bound) {
            return Ok(());
        }
        let Job { of, pass, length } = *self.job;
        let rows = if length > 1 { format!(" with rows of {length}") } else { String::new() };
        let what = format!("{pass}{rows} on the {}", self.by);
        let Worst { ulp, at: [at, ..], got, expected } = *worst;
        Err(Error::WrongAnswer { function: of.name(), what, at, got, expected, ulp })
    }
}

#[cfg(test)]
mod tests {
    use wgpu_activations::gate::{CRELU, SWIGLU};
    use wgpu_activations::reference;
    use wgpu_activations::row::{MAXOUT, SOFTMAX};

    use super::*;
    use crate::measure::Job;

    /// The results of elements from number 100 on, of rows of 10; each is found out where one number of it is wrong.
    #[test]
    fn a_wrong_number_is_found() {
        let gelu = wgpu_activations::Activation::find("gelu").unwrap();
        for job in [
            Job::new(gelu, Pass::Forward),
            Job::new(gelu, Pass::Backward),
            Job::new(&SWIGLU, Pass::Forward),
            Job::new(&SWIGLU, Pass::Backward),
            Job::new(&CRELU, Pass::Forward),
            Job::new(&CRELU, Pass::Backward),
            Job::rows(&SOFTMAX, Pass::Forward, 10),
            Job::rows(&SOFTMAX, Pass::Backward, 10),
            Job::rows(&MAXOUT, Pass::Forward, 10),
            Job::rows(&MAXOUT, Pass::Backward, 10),
        ] {
            let right = right(&job);
            let results = |out: &[Vec<f32>; 2]| {
                let out = out.each_ref().map(Vec::as_slice);
                Results { job: &job, storage: Storage::F32, first: 100, half: 50, out, by: "CPU", bound: None }.verify()
            };
            assert_eq!(results(&right), Ok(()), "{job:?}");
            for which in (0..2).filter(|&which| !right[which].is_empty()) {
                let mut wrong = right.clone();
                wrong[which][3] += 0.001;
                let error = results(&wrong).unwrap_err();
                let named = |what: &str| what.contains(&job.pass.to_string()) && what.ends_with("CPU");
                let Error::WrongAnswer { function, what, got, .. } = &error else { panic!("{job:?}: {error}") };
                assert!(*function == job.of.name() && named(what) && *got == wrong[which][3], "{job:?}: {error}");
            }
        }
    }

    /// What the reference gives for 40 elements, or for 4 rows, and for as many rows of one element as there are.
    fn right(job: &Job) -> [Vec<f32>; 2] {
        let narrow = |values: Vec<f64>| -> Vec<f32> { values.into_iter().map(|v| v as f32).collect() };
        let rows = Extent { outer: 40 / job.length, channels: job.length, inner: 1 };
        let inputs = |of: Range<u64>| -> [Vec<f32>; 3] {
            let of: Vec<u64> = of.collect();
            let all = |value: fn(u64) -> f32| of.iter().map(|&i| value(i)).collect();
            [all(|i| pattern(i).0), all(output), all(|i| pattern(i).1)]
        };
        let ([x, y, dy], [.., later]) = (inputs(100..140), inputs(150..190));
        let forward = job.pass == Pass::Forward;
        match job.of {
            Op::Activation(f) if forward => [narrow(reference::forward(f, &x).unwrap()), Vec::new()],
            Op::Activation(f) => [narrow(reference::backward(f, &x, &dy).unwrap()), Vec::new()],
            Op::Gate(gate) if forward => [narrow(reference::forward(gate, (&x, &y)).unwrap()), Vec::new()],
            Op::Gate(gate) => {
                let (da, db) = reference::backward(gate, (&x, &y), &dy).unwrap();
                [narrow(da), narrow(db)]
            }
            Op::RowFunction(row) if forward => [narrow(reference::forward(row.along(rows), &x).unwrap()), Vec::new()],
            Op::RowFunction(row) => {
                let [.., one_each] = inputs(10..14);
                let from = if row.gradient == Gradient::Output { &y } else { &x };
                let dy = if row.reduces { &one_each } else { &dy };
                [narrow(reference::backward(row.along(rows), from, dy).unwrap()), Vec::new()]
            }
            _ if forward => [0, 1].map(|k| x.iter().map(|&x| CRELU.value(x.into())[k] as f32).collect()),
            _ => {
                let of = |((&x, &p), &q): ((&f32, &f32), &f32)| CRELU.dx(x.into(), [p.into(), q.into()]) as f32;
                [x.iter().zip(&dy).zip(&later).map(of).collect(), Vec::new()]
            }
        }
    }
}
