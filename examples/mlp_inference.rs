//! A perceptron with one hidden layer, in two ways: GELU as the epilogue of a matrix product of the caller's own, and GELU with the bias
//! in one recorded kernel behind it. Prints both times.

pub(crate) mod common;

use std::time::{Duration, Instant};

use common::{Own, Result, floats, noise, read_floats, run};
use wgpu_activations::activation::GELU;
use wgpu_activations::{Buffers, Extent, Gpu, Kernels, Spec, wgsl};

pub(crate) const BATCH: u32 = 64;
pub(crate) const INPUTS: u32 = 96;
pub(crate) const HIDDEN: u32 = 384;

pub(crate) struct Weights {
    pub(crate) x: Vec<f32>,
    pub(crate) first: Vec<f32>,
    pub(crate) bias: Vec<f32>,
    pub(crate) second: Vec<f32>,
}

pub(crate) fn weights() -> Weights {
    let [batch, inputs, hidden] = [BATCH, INPUTS, HIDDEN].map(|n| n as usize);
    let scaled = |len: usize, seed, by: f32| noise(len, seed).into_iter().map(|v| v * by).collect();
    Weights {
        x: noise(batch * inputs, 1),
        first: scaled(inputs * hidden, 2, 0.3),
        bias: noise(hidden, 3),
        second: scaled(hidden * inputs, 4, 0.1),
    }
}

/// The outputs of both ways, and how long each took.
pub(crate) fn infer(gpu: &Gpu) -> Result<[(Vec<f32>, Duration); 2]> {
    let Weights { x, first, bias, second } = weights();
    let [x, first, bias, second] = [x, first, bias, second].map(|values| floats(gpu, &values));
    let room = |len: u32| floats(gpu, &vec![0.0; len as usize]);
    let (hidden, y) = (room(BATCH * HIDDEN), room(BATCH * INPUTS));
    let [up, down] = [[BATCH, INPUTS, HIDDEN], [BATCH, HIDDEN, INPUTS]];
    let plain = "fn epilogue(v: f32, column: u32) -> f32 { return v; }\n";

    // The function as text, renamed so that it meets none of ours.
    let gelu = wgsl::snippet(&[&GELU]).prefix("nn_")?;
    let fused = format!(
        "{gelu}\n@group(0) @binding(4) var<storage, read> bias: array<f32>;\n\
         fn epilogue(v: f32, column: u32) -> f32 {{ return nn_gelu(v + bias[column]); }}\n"
    );
    let first_fused = Own::matmul(gpu, &fused, up, [&x, &first, &hidden], &[&bias]);
    let first_plain = Own::matmul(gpu, plain, up, [&x, &first, &hidden], &[]);
    let last = Own::matmul(gpu, plain, down, [&hidden, &second, &y], &[]);

    // Or one kernel for bias and GELU, in place.
    let kernels = Kernels::new(gpu.device())?;
    let buffers = Buffers::new().x(hidden.slice(..)).bias(bias.slice(..));
    let rows = Extent::along(&[BATCH as usize, HIDDEN as usize], -1)?;
    let act = kernels.get(Spec::forward(&GELU).bias().in_place())?.bind(buffers, rows)?;

    let time = |recorded: bool| -> Result<(Vec<f32>, Duration)> {
        let once = || {
            let start = Instant::now();
            run(gpu, |pass| {
                if recorded {
                    first_plain.record(pass);
                    act.record(pass);
                } else {
                    first_fused.record(pass);
                }
                last.record(pass);
            })?;
            Ok(start.elapsed())
        };
        let mut times = (0..9).map(|_| once()).collect::<Result<Vec<Duration>>>()?;
        times.sort();
        Ok((read_floats(gpu, &y)?, times[times.len() / 2]))
    };
    Ok([time(false)?, time(true)?])
}

#[allow(dead_code)] // where it is tested
fn main() -> Result<()> {
    let gpu = Gpu::new()?;
    let [(fused, of_fused), (recorded, of_recorded)] = infer(&gpu)?;
    println!("{BATCH} x {INPUTS} -> {HIDDEN} -> {INPUTS} on {}", gpu.info().name);
    println!("GELU in the product's epilogue    {of_fused:?}");
    println!("bias and GELU as a kernel of ours {of_recorded:?}");
    let apart = fused.iter().zip(&recorded).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    println!("largest difference                {apart:e}");
    Ok(())
}
