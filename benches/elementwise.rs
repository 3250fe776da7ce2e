//! Forward and backward of some functions of every family, with throughput: `cargo bench`.
//!
//! The measuring code is that of `activations bench`, which prints the ratios to plain copies as well.

use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput};
use wgpu_activations::activation::{ELU, GELU, MISH, RELU, SILU, SOFTPLUS, TANH};
use wgpu_activations::{
    Gpu, Pass,
    measure::{self, Job},
};

fn elementwise(criterion: &mut Criterion) {
    let gpu = match Gpu::new() {
        Ok(gpu) => gpu,
        Err(error) => {
            eprintln!("NO GPU: nothing is measured: {error}");
            return;
        }
    };
    for elements in [1u64 << 16, 1 << 20] {
        for (pass, tensors) in [(Pass::Forward, 2), (Pass::Backward, 3)] {
            let mut group = criterion.benchmark_group(format!("{pass}/{elements}"));
            group.throughput(Throughput::Bytes(tensors * 4 * elements));
            for activation in [&RELU, &ELU, &TANH, &SOFTPLUS, &SILU, &GELU, &MISH] {
                group.bench_function(BenchmarkId::from_parameter(activation.name), |bencher| {
                    bencher.iter_custom(|calls| {
                        let job = [Job::new(activation, pass)];
                        match measure::run(&gpu, &job, elements, 1, &mut |_, _| {}) {
                            Ok(m) => Duration::from_secs_f64(m.iter().map(|m| m.seconds).sum::<f64>() * calls as f64),
                            Err(error) => panic!("{error}"), // a wrong answer fails the bench
                        }
                    });
                });
            }
            group.finish();
        }
    }
}

fn main() {
    let quick = Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(200));
    let mut criterion = quick.measurement_time(Duration::from_secs(1)).configure_from_args();
    elementwise(&mut criterion);
    criterion.final_summary();
}
