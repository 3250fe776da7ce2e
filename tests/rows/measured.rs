//! Measurements bind what each pass takes, and compare its results.

use wgpu_activations::activation::TANH;
use wgpu_activations::gate::{CRELU, SWIGLU};
use wgpu_activations::row::{CAUSAL_SOFTMAX, LOGSUMEXP, MASKED_SOFTMAX, MAXOUT, SOFTMAX};
use wgpu_activations::{Op, Pass, Storage};
use wgpu_activations_harness::measure::{self, Job};

use crate::common::gpu;

#[test]
fn every_kind_of_pass_is_measured() {
    let Some(gpu) = gpu() else { return };
    let rows: [Op; 5] = [&SOFTMAX, &MASKED_SOFTMAX, &CAUSAL_SOFTMAX, &LOGSUMEXP, &MAXOUT].map(Op::from);
    let passes = [Pass::Forward, Pass::Backward];
    let mut jobs: Vec<Job> = rows.into_iter().flat_map(|row| passes.map(|pass| Job::rows(row, pass, 64))).collect();
    let others = [Op::from(&TANH), Op::from(&SWIGLU), Op::from(&CRELU)];
    jobs.extend(others.into_iter().flat_map(|of| passes.map(|pass| Job::new(of, pass))));
    jobs.push(Job::new(&TANH, Pass::BackwardFromOutput));
    for storage in Storage::ALL {
        let measured = measure::run(gpu, storage, &jobs, 4096, 1).unwrap_or_else(|error| panic!("{storage}: {error}"));
        assert_eq!(measured.len(), jobs.len(), "{storage}");
    }
}
