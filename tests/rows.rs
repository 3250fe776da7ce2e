//! Row-wise functions on this adapter.

mod common;

use common::gpu;
use wgpu_activations::{check, row};

#[test]
fn every_pass_keeps_its_bound() {
    let Some(gpu) = gpu() else { return };
    let mut failures = Vec::new();
    for row in row::ALL {
        for (f, pass) in check::row_passes(row) {
            let started = std::time::Instant::now();
            match check::run_rows(gpu, &f, pass) {
                Err(error) => failures.push(format!("{} {pass}: {error}", row.name)),
                Ok(r) => {
                    println!(
                        "{} {pass} {:?}: {:.2} at {:e} length {} of {}, {:?}",
                        row.name,
                        r.params,
                        r.max_ulp,
                        r.at,
                        r.length,
                        r.inputs,
                        started.elapsed()
                    );
                    if !r.ok {
                        failures.push(format!(
                            "{} {pass} {:?}: {} ULP at {:e} in a row of {}",
                            row.name, r.params, r.max_ulp, r.at, r.length
                        ));
                    }
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
