//! Elementwise functions, rows, gates and tensors of 16 bits, forward and backward, with throughput.

use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput};
use wgpu_activations::activation::{ELU, GELU, MISH, RELU, SILU, SOFTPLUS, TANH};
use wgpu_activations::gate::{GEGLU, SWIGLU};
use wgpu_activations::row::{LOG_SOFTMAX, SOFTMAX, SPARSEMAX};
use wgpu_activations::{Gpu, Op, Pass, Storage};
use wgpu_activations_harness::measure::{Job, Session};

const ELEMENTS: u64 = 1 << 20;

pub(crate) fn all(criterion: &mut Criterion, gpu: &Gpu) {
    let of = |subjects: &[Op], length: u64| -> Vec<Job> {
        let passes = |&subject: &Op| [Pass::Forward, Pass::Backward].map(|pass| Job::rows(subject, pass, length));
        subjects.iter().flat_map(passes).collect()
    };
    let functions = [&RELU, &ELU, &TANH, &SOFTPLUS, &SILU, &GELU, &MISH].map(Op::from);
    let rows = [&SOFTMAX, &LOG_SOFTMAX, &SPARSEMAX].map(Op::from);
    for (name, jobs, storage) in [
        ("elementwise", of(&functions, 1), Storage::F32),
        ("rows of 1024", of(&rows, 1024), Storage::F32),
        ("rows of 50257", of(&rows, 50_257), Storage::F32),
        ("gates", of(&[&SWIGLU, &GEGLU].map(Op::from), 1), Storage::F32),
        ("f16", of(&functions[4..6], 1), Storage::F16),
        ("bf16", of(&functions[4..6], 1), Storage::Bf16),
    ] {
        jobs_of(criterion, gpu, name, &jobs, storage);
    }
}

/// Wrong answers end it.
fn jobs_of(criterion: &mut Criterion, gpu: &Gpu, name: &str, jobs: &[Job], storage: Storage) {
    let session = Session::new(gpu, storage, jobs, ELEMENTS, &mut |_| {}).expect("answers that are right");
    let mut group = criterion.benchmark_group(name);
    for (k, job) in jobs.iter().enumerate() {
        group.throughput(Throughput::Bytes(session.measurement(k, &[]).bytes as u64));
        group.bench_function(BenchmarkId::new(job.of.name(), job.pass), |bencher| {
            bencher.iter_custom(|calls| {
                let seconds = session.sample(k).expect("a device that is there").call.wall;
                Duration::from_secs_f64(seconds * calls as f64)
            });
        });
    }
    group.finish();
}
