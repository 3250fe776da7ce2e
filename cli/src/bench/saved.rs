//! The file of `bench --save`: every row with the raw samples of every repetition.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use wgpu_activations::Storage;
use wgpu_activations::wgpu::AdapterInfo;
use wgpu_activations_harness::measure::{Caches, Job, Sample, Timing, percentile};

use super::line::{self, Line};
use crate::{device, machine};

/// What the files' first field says; another version of the format has another number.
const SCHEMA: &str = "wgpu-activations/bench/1";

#[derive(Serialize, Deserialize)]
pub(super) struct Saved {
    schema: String,
    /// As `device::to_json` gives it; null where the CPU was measured alone.
    pub(super) adapter: Value,
    cpu: String,
    pub(super) date: String,
    command: String,
    pub(super) rows: Vec<Row>,
}

/// A pass of a function at a size.
#[derive(Serialize, Deserialize)]
pub(super) struct Row {
    pub(super) function: String,
    pub(super) pass: String,
    pub(super) dtype: String,
    /// Elements that a call works on.
    pub(super) elements: u64,
    /// The length of rows; 1 for elementwise functions.
    pub(super) row: u64,
    /// Elements that the tensors have room for, and that the copies go through.
    pub(super) tensor_elements: u64,
    /// Whether caches could hold them: `hot`, or `cold`.
    pub(super) caches: String,
    /// Which clock the seconds of calls and of copying kernels are by: `timestamps` or `wall`; null without an adapter.
    clock: Option<String>,
    /// Of the calls' seconds.
    pub(super) call_seconds: Option<Percentiles>,
    pub(super) samples: Samples,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Percentiles {
    p5: f64,
    pub(super) median: f64,
    p95: f64,
}

/// Seconds, one number for each repetition.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Samples {
    /// A call, one of many in a submission.
    call_seconds: Vec<f64>,
    /// The copying kernel that stood beside it.
    copy_kernel_seconds: Vec<f64>,
    /// Both by the wall clock.
    call_wall_seconds: Vec<f64>,
    copy_kernel_wall_seconds: Vec<f64>,
    /// `copy_buffer_to_buffer` of a tensor.
    buffer_copy_seconds: Vec<f64>,
    /// A call in a submission of its own, until it is done.
    alone_seconds: Vec<f64>,
    /// A call on the CPU; empty where that has no kernel.
    cpu_seconds: Vec<f64>,
}

impl Saved {
    pub(super) fn new(lines: &[Line], info: Option<&AdapterInfo>) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            adapter: info.map_or(Value::Null, device::to_json),
            cpu: machine::cpu(),
            date: machine::date(),
            command: machine::command(),
            rows: lines.iter().map(Row::new).collect(),
        }
    }

    pub(super) fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    pub(super) fn read(path: &Path) -> Result<Self> {
        let file = path.display();
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {file}"))?;
        let value: Value = serde_json::from_str(&text).with_context(|| format!("{file} is no JSON"))?;
        let schema = &value["schema"];
        let told = if schema.is_null() { "no schema".to_owned() } else { format!("the schema {schema}") };
        ensure!(schema == SCHEMA, "{file} has {told}, and only \"{SCHEMA}\" of `bench --save` can be compared with");
        let saved: Self =
            serde_json::from_value(value).with_context(|| format!("{file} is not as --save writes it"))?;
        for Row { function, pass, elements, samples, .. } in &saved.rows {
            let sound = samples.sound();
            ensure!(
                sound,
                "{file}: the samples of {function} {pass} at {elements} elements are no times of repetitions"
            );
        }
        Ok(saved)
    }
}

impl Row {
    fn new(line: &Line) -> Self {
        let by_device = line.gpu.as_ref().is_some_and(|m| m.by_device);
        let of = |value: &dyn Fn(&Sample) -> f64| -> Vec<f64> { line.samples.iter().map(value).collect() };
        let samples = Samples {
            call_seconds: of(&|s| s.call.seconds(by_device)),
            copy_kernel_seconds: of(&|s| s.copy_kernel.seconds(by_device)),
            call_wall_seconds: of(&|s| s.call.wall),
            copy_kernel_wall_seconds: of(&|s| s.copy_kernel.wall),
            buffer_copy_seconds: of(&|s| s.buffer_copy),
            alone_seconds: of(&|s| s.alone),
            cpu_seconds: line.cpu.as_ref().map(|cpu| cpu.samples.clone()).unwrap_or_default(),
        };
        let at = |part: f64| percentile(samples.call_seconds.clone(), part);
        Self {
            function: line.function.to_owned(),
            pass: line.pass.to_string(),
            dtype: line.dtype.to_string(),
            elements: line.elements,
            row: line.length,
            tensor_elements: line.asked,
            caches: line::caches(line.caches).to_owned(),
            clock: line.clock().map(str::to_owned),
            call_seconds: line.gpu.as_ref().map(|m| Percentiles { p5: at(0.05), median: m.seconds, p95: at(0.95) }),
            samples,
        }
    }

    /// Whether it is of this job on tensors of so many elements.
    pub(super) fn is_of(&self, job: &Job, dtype: Storage, (elements, caches): (u64, Caches)) -> bool {
        self.function == job.of.name()
            && self.pass == job.pass.to_string()
            && self.dtype == dtype.to_string()
            && self.row == job.length
            && self.tensor_elements == elements
            && self.caches == line::caches(caches)
    }

    pub(super) fn by_device(&self) -> bool {
        self.clock.as_deref() == Some("timestamps")
    }

    /// The time of each call over that of the copy beside it.
    pub(super) fn ratios(&self, by_device: bool) -> Vec<f64> {
        let Samples { call_seconds, copy_kernel_seconds, call_wall_seconds, copy_kernel_wall_seconds, .. } =
            &self.samples;
        let (calls, copies) = match by_device {
            true => (call_seconds, copy_kernel_seconds),
            false => (call_wall_seconds, copy_kernel_wall_seconds),
        };
        calls.iter().zip(copies).map(|(call, copy)| call / copy).collect()
    }
}

impl Samples {
    /// Whether each repetition has all of its times.
    fn sound(&self) -> bool {
        let Self { call_seconds, copy_kernel_seconds, call_wall_seconds, copy_kernel_wall_seconds, .. } = self;
        let all = [call_seconds, copy_kernel_seconds, call_wall_seconds, copy_kernel_wall_seconds];
        let times = |seconds: &[f64]| seconds.iter().all(|s| s.is_finite() && *s > 0.0);
        all.iter().all(|seconds| seconds.len() == call_seconds.len() && times(seconds))
    }
}

/// The time of each call over that of the copy beside it.
pub(super) fn ratios(samples: &[Sample], by_device: bool) -> Vec<f64> {
    let seconds = |timing: &Timing| timing.seconds(by_device);
    samples.iter().map(|s| seconds(&s.call) / seconds(&s.copy_kernel)).collect()
}
