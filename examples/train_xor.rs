//! The smallest training loop: a net of two inputs, some hidden units and an output learns the exclusive or. Activations and their
//! gradients come from the GPU, the few products are loops.

use wgpu_activations::activation::TANH;
use wgpu_activations::{Gpu, Result};

const INPUTS: [[f32; 2]; 4] = [[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]];
const WANTED: [f32; 4] = [-0.9, 0.9, 0.9, -0.9];
pub(crate) const HIDDEN: usize = 6;

/// The mean squared error after each step. `value` and `gradient` are the activation's: of z, and of z and dy.
pub(crate) fn train<E>(
    steps: usize,
    value: impl Fn(&[f32]) -> std::result::Result<Vec<f32>, E>,
    gradient: impl Fn(&[f32], &[f32]) -> std::result::Result<Vec<f32>, E>,
) -> std::result::Result<Vec<f32>, E> {
    // For each hidden unit two weights and a bias, for the output a weight of each and a bias.
    let mut first: Vec<[f32; 3]> =
        (0..HIDDEN).map(|k| [1.0, 2.0, 3.0].map(|n| (n * 1.7 + k as f32 * 2.3).sin())).collect();
    let mut second: Vec<f32> = (0..=HIDDEN).map(|k| (k as f32 * 1.1 + 0.5).cos()).collect();
    let mut losses = Vec::new();
    for _ in 0..steps {
        let z: Vec<f32> =
            INPUTS.iter().flat_map(|x| first.iter().map(move |w| w[0] * x[0] + w[1] * x[1] + w[2])).collect();
        let hidden = value(&z)?;
        let of = |h: &[f32]| h.iter().zip(&second).map(|(h, w)| h * w).sum::<f32>() + second[HIDDEN];
        let out: Vec<f32> = hidden.chunks(HIDDEN).map(of).collect();
        let y = value(&out)?;
        losses.push(y.iter().zip(WANTED).map(|(y, t)| (y - t) * (y - t)).sum::<f32>() / 4.0);

        let dy: Vec<f32> = y.iter().zip(WANTED).map(|(y, t)| (y - t) / 2.0).collect();
        let dout = gradient(&out, &dy)?;
        let dhidden: Vec<f32> = dout.iter().flat_map(|d| second[..HIDDEN].iter().map(move |w| d * w)).collect();
        let dz = gradient(&z, &dhidden)?;
        for (s, d) in dout.iter().enumerate() {
            for (k, w) in second.iter_mut().enumerate() {
                *w -= 0.5 * d * if k < HIDDEN { hidden[s * HIDDEN + k] } else { 1.0 };
            }
            for (k, w) in first.iter_mut().enumerate() {
                let d = 0.5 * dz[s * HIDDEN + k];
                *w = [w[0] - d * INPUTS[s][0], w[1] - d * INPUTS[s][1], w[2] - d];
            }
        }
    }
    Ok(losses)
}

/// The same with tanh on the GPU.
pub(crate) fn train_on(gpu: &Gpu, steps: usize) -> Result<Vec<f32>> {
    train(steps, |z| gpu.forward(&TANH, z), |z, dy| gpu.backward(&TANH, z, dy))
}

#[allow(dead_code)] // where it is tested
fn main() -> Result<()> {
    let losses = train_on(&Gpu::new()?, 300)?;
    for (step, loss) in losses.iter().enumerate().step_by(50) {
        println!("step {step:3}: loss {loss:.6}");
    }
    println!("in the end {:.6}", losses[losses.len() - 1]);
    Ok(())
}
