//! Everything that may become slow without becoming wrong: `cargo bench`, or `cargo bench -- rows` for a part of it.
//!
//! Kernels are measured as `activations bench` measures them, which prints the ratios to plain copies as well.

mod gradients;
mod kernels;
mod lists;
mod record;
mod startup;

use std::time::Duration;

use criterion::Criterion;
use wgpu_activations::Gpu;

fn main() {
    let quick = Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(200));
    let mut criterion = quick.measurement_time(Duration::from_secs(1)).configure_from_args();
    startup::texts(&mut criterion);
    match Gpu::new() {
        Ok(gpu) => {
            let info = gpu.info();
            eprintln!("adapter: {} ({:?}), {}, {}", info.name, info.device_type, info.backend, info.driver_info);
            kernels::all(&mut criterion, &gpu);
            gradients::all(&mut criterion, &gpu);
            startup::kernels(&mut criterion, &gpu);
            record::all(&mut criterion, &gpu);
            lists::all(&mut criterion, &gpu);
        }
        Err(error) => eprintln!("NO GPU: only what needs none is measured: {error}"),
    }
    criterion.final_summary();
}
