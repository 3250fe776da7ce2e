//! Everything that may become slow without becoming wrong: `cargo bench`, or `cargo bench -- rows` for a part of it.
//!
//! Kernels are measured as `activations bench` measures them, which prints the ratios to plain copies as well.

mod gradients;
mod kernels;
mod lists;
mod neighbours;
mod places;
mod record;
mod scores;
mod startup;

use std::time::Duration;

use criterion::Criterion;
use wgpu_activations::Gpu;

fn main() {
    let quick = Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(200));
    let mut criterion = quick.measurement_time(Duration::from_secs(1)).configure_from_args();
    startup::texts(&mut criterion);
    startup::program(&mut criterion);
    let mut far = 0;
    match Gpu::new() {
        Ok(gpu) => {
            let info = gpu.info();
            eprintln!("adapter: {} ({:?}), {}, {}", info.name, info.device_type, info.backend, info.driver_info);
            kernels::all(&mut criterion, &gpu);
            gradients::all(&mut criterion, &gpu);
            startup::kernels(&mut criterion, &gpu);
            record::all(&mut criterion, &gpu);
            lists::all(&mut criterion, &gpu);
            // Ratios, which are no times of one thing: not criterion's. A test (`cargo test --benches`) judges no times.
            let arguments: Vec<String> = std::env::args().skip(1).collect();
            let bench = arguments.iter().any(|arg| arg == "--bench");
            let wanted =
                |what: &str| bench && arguments.iter().all(|arg| arg.starts_with('-') || what.contains(arg.as_str()));
            if wanted("places") {
                far += places::all(&gpu);
            }
            if wanted("neighbours") {
                neighbours::all(&gpu);
            }
            if wanted("scores") {
                scores::all(&gpu);
            }
        }
        Err(error) => eprintln!("NO GPU: only what needs none is measured: {error}"),
    }
    criterion.final_summary();
    if far > 0 {
        eprintln!("{far} lengths or places cost far more than aligned ones");
        std::process::exit(1);
    }
}
