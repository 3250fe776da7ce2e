//! Times of a few common functions, raw.

use anyhow::Result;
use serde_json::{Value, json};
use wgpu_activations::{Gpu, Op, Pass, Storage};
use wgpu_activations_harness::measure::{Job, Sample, Session};

use crate::number;

/// Of every kind some that people use.
const COMMON: [&str; 9] = ["relu", "silu", "gelu", "gelu_tanh", "mish", "softplus", "tanh", "swiglu", "softmax"];
const ELEMENTS: u64 = 4 << 20;
const ROW: u64 = 1024;

/// Of those among these functions: each repetition's seconds, of a call, and of the copying kernel and the naive formula that stood beside it.
pub(super) fn bench(gpu: &Gpu, storage: Storage, functions: &[Op], repetitions: usize) -> Result<Vec<Value>> {
    let common = functions.iter().filter(|function| COMMON.contains(&function.name()));
    let jobs: Vec<Job> = common
        .flat_map(|&of| {
            let rows = matches!(of, Op::RowFunction(_));
            let job = move |pass| if rows { Job::rows(of, pass, ROW) } else { Job::new(of, pass) };
            [Pass::Forward, Pass::Backward].map(job)
        })
        .collect();
    if jobs.is_empty() {
        return Ok(Vec::new());
    }
    let mut session = Session::new(gpu, storage, &jobs, ELEMENTS, &mut |_| {})?;
    session.add_formulas()?;
    let mut samples = vec![Vec::new(); jobs.len()];
    for _ in 0..repetitions {
        for (k, samples) in samples.iter_mut().enumerate() {
            samples.push(session.sample(k)?);
        }
    }
    Ok(jobs.iter().zip(&samples).map(|(job, samples)| line(job, storage, samples)).collect())
}

fn line(job: &Job, storage: Storage, samples: &[Sample]) -> Value {
    let by_device = samples.iter().all(|s| s.call.device.is_some() && s.copy_kernel.device.is_some());
    let of = |value: &dyn Fn(&Sample) -> f64| samples.iter().map(|s| number::json(value(s))).collect::<Vec<_>>();
    let call = of(&|s| s.call.seconds(by_device));
    let copy = of(&|s| s.copy_kernel.seconds(by_device));
    let naive: Option<Vec<Value>> = samples.iter().map(|s| Some(number::json(s.naive?.seconds(by_device)))).collect();
    let mut line = json!({
        "function": job.of.name(),
        "pass": job.pass.to_string(),
        "dtype": storage.to_string(),
        "elements": ELEMENTS,
        "row": job.length,
        "clock": if by_device { "timestamps" } else { "wall" },
        "seconds": { "kernel": call, "copy": copy },
    });
    if let Some(naive) = naive {
        line["seconds"]["naive"] = naive.into();
    }
    line
}
