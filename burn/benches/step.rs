//! A training step of a small network with burn's functions and with ours, by turns: `cargo bench --bench step [-- --quick]`.
//!
//! Three linear layers with a function after each of the first two, mean squared error, Adam. A step is timed from its forward pass to the
//! end of the work on the device. `function` is the two functions alone, forward and backward on tensors of the same size.

use std::time::{Duration, Instant};

use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::activation as theirs;
use burn::tensor::{Device, Distribution, Tensor};
use wgpu_activations_burn::activation as ours;

type Function = fn(Tensor<2>) -> Tensor<2>;

const FUNCTIONS: [(&str, Function, Function); 7] = [
    ("gelu", ours::gelu, theirs::gelu),
    ("gelu_tanh", ours::gelu_tanh, theirs::gelu_approximate),
    ("silu", ours::silu, theirs::silu),
    ("mish", ours::mish, theirs::mish),
    ("softplus", |x| ours::softplus(x, 1.0), |x| theirs::softplus(x, 1.0)),
    ("tanh", ours::tanh, theirs::tanh),
    ("softmax", |x| ours::softmax(x, 1), |x| theirs::softmax(x, 1)),
];

#[derive(Module, Debug)]
struct Network {
    layers: Vec<Linear>,
}

impl Network {
    fn new(width: usize, device: &Device) -> Self {
        Self { layers: (0..3).map(|_| LinearConfig::new(width, width).init(device)).collect() }
    }

    fn forward(&self, x: Tensor<2>, function: Function) -> Tensor<2> {
        let [first, second, last] = &self.layers[..] else { unreachable!("three layers") };
        last.forward(function(second.forward(function(first.forward(x)))))
    }
}

/// How long steps of a network take.
fn steps(function: Function, x: &Tensor<2>, count: usize) -> Duration {
    let device = x.device();
    device.seed(1);
    let mut network = Network::new(x.dims()[1], &device);
    let mut optimizer = AdamConfig::new().init();
    let mut step = |network: Network| {
        let loss = (network.forward(x.clone(), function) - x.clone()).powi_scalar(2).mean();
        let gradients = GradientsParams::from_grads(loss.backward(), &network);
        optimizer.step(1e-3, network, gradients)
    };
    network = step(network);
    finish(&device);
    let start = Instant::now();
    for _ in 0..count {
        network = step(network);
    }
    finish(&device);
    start.elapsed() / count as u32
}

/// How long the function alone takes, twice after another, with its gradient.
fn alone(function: Function, x: &Tensor<2>, count: usize) -> Duration {
    let device = x.device();
    let run = || {
        let x = x.clone().detach().require_grad();
        let gradients = function(function(x.clone())).sum().backward();
        x.grad(&gradients)
    };
    drop(run());
    finish(&device);
    let start = Instant::now();
    // Kept to the end: burn's fusion leaves out what nobody holds any more.
    let held: Vec<_> = (0..count).map(|_| run()).collect();
    finish(&device);
    let time = start.elapsed() / count as u32;
    drop(held);
    time
}

fn finish(device: &Device) {
    device.sync().expect("the device works");
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let (batch, width, rounds, count) = if quick { (1024, 64, 3, 2) } else { (16_384, 64, 5, 2) };
    let device = Device::default().autodiff();
    let x = Tensor::<2>::random([batch, width], Distribution::Normal(0.0, 1.0), &device);
    println!("{:?}: {batch} x {width}, medians of {rounds} rounds of {count}", device.identity().map(|of| of.name));
    println!(
        "{:12} {:>10} {:>10} {:>7}   {:>12} {:>12} {:>7}",
        "", "step ours", "burn's", "ratio", "function ours", "burn's", "ratio"
    );
    for (name, ours, theirs) in FUNCTIONS {
        let row = [steps, alone].map(|time| {
            let turn = |round: usize| {
                let run = |function| time(function, &x, count).as_secs_f64() * 1e3;
                if round.is_multiple_of(2) {
                    let ours = run(ours);
                    (ours, run(theirs))
                } else {
                    let theirs = run(theirs);
                    (run(ours), theirs)
                }
            };
            let times: Vec<(f64, f64)> = (0..rounds).map(turn).collect();
            let of = |f: fn(&(f64, f64)) -> f64| median(times.iter().map(f).collect());
            (of(|t| t.0), of(|t| t.1), of(|t| t.1 / t.0))
        });
        let [step, alone] = row;
        println!(
            "{name:12} {:7.2} ms {:7.2} ms {:7.2}   {:10.2} ms {:9.2} ms {:7.2}",
            step.0, step.1, step.2, alone.0, alone.1, alone.2
        );
    }
}
