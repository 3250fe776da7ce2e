//! Compiling kernels with the driver that the environment admits.

use anyhow::Result;
use wgpu_activations::{Extent, Limits, Op, Spec, Storage};
use wgpu_activations_harness::isa::{COPIES, Compiler};
use wgpu_activations_harness::naive;

use super::line::Line;
use crate::kernel::Kernel;

/// Elements that plans are made for: enough for whole waves.
const ELEMENTS: usize = 1 << 20;
/// A row, of functions of rows and of what has channels.
const ROW: usize = 1024;

/// What is to be compiled.
pub(super) struct Job {
    pub(super) function: Op,
    pub(super) pass: String,
    pub(super) kernel: Kernel,
    pub(super) storage: Storage,
}

/// The lines of a job, one for each dispatch.
pub(super) fn lines(compiler: &Compiler, target: &str, job: &Job) -> Result<Vec<Line>> {
    let spec = job.kernel.spec(&job.function)?.storage(job.storage);
    let rows = matches!(job.function, Op::RowFunction(_));
    let extent = Extent::along(&[ELEMENTS / ROW, ROW], -1)?;
    let plan = spec.plan(extent, &Limits::default())?;
    let moved: u64 = plan.buffers.iter().map(|buffer| buffer.bytes).sum();
    let sum = plan.launches.len() > 1;
    let straight = !rows && !sum;
    let bytes = straight.then(|| moved as f64 * 128.0 / ELEMENTS as f64);
    // What moves as much: a copy's invocation takes four words.
    let copy = match plan.buffers.len() {
        2 => COPIES[0],
        3 => COPIES[1],
        _ => COPIES[2],
    };
    let copy = straight.then(|| compiler.copy(copy)).transpose()?.and_then(|code| code.cycles_of_128(4.0));
    let naive = match naive::kernel(job.function.name()).filter(|_| job.pass == "forward") {
        Some(text) => compiler.text(&text, COPIES[0])?.cycles_of_128(4.0),
        None => None,
    };
    let codes = compiler.plan(&plan)?;
    let line = |(dispatch, (launch, code)): (usize, (&wgpu_activations::Launch, _))| {
        let code: wgpu_activations_harness::isa::Code = code;
        let invocations: u64 = launch.workgroups.iter().chain(&launch.workgroup_size).map(|&n| u64::from(n)).product();
        let elements = ELEMENTS as f64 / invocations as f64;
        Line {
            target: target.to_owned(),
            function: job.function.name().to_owned(),
            pass: job.pass.clone(),
            dtype: job.storage.to_string(),
            dispatch,
            instructions: code.instructions,
            registers: code.registers,
            spills: code.spills,
            waves: code.waves,
            cycles: code.cycles,
            per_128: straight.then(|| code.cycles_of_128(elements)).flatten(),
            copy_per_128: copy,
            naive_per_128: naive,
            bytes_of_128: bytes,
        }
    };
    Ok(plan.launches.iter().zip(codes).enumerate().map(line).collect())
}

/// The kernels of a function that the options name.
pub(super) fn jobs(functions: &[Op], passes: &[(String, Kernel)], storages: &[Storage]) -> Vec<Job> {
    let mut jobs = Vec::new();
    for &function in functions {
        for (pass, kernel) in passes {
            for &storage in storages {
                let spec = kernel.spec(&function).map(|spec: Spec| spec.storage(storage));
                // Not every function has every pass.
                if spec.is_ok_and(|spec| spec.check().is_ok()) {
                    jobs.push(Job { function, pass: pass.clone(), kernel: kernel.clone(), storage });
                }
            }
        }
    }
    jobs
}
