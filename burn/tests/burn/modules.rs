//! Modules: a network that learns with them, and records of burn's.

use burn::module::Module;
use burn::nn;
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::{Device, Tensor};
use wgpu_activations_burn::nn as ours;

use crate::{device, noise, tensor, values};

#[derive(Module, Debug)]
struct Network {
    first: nn::Linear,
    prelu: ours::PRelu,
    swish: ours::Swish,
    gelu: ours::Gelu,
    gated: ours::SwiGlu,
    last: nn::Linear,
}

impl Network {
    fn new(device: &Device) -> Self {
        Self {
            first: nn::LinearConfig::new(4, 16).init(device),
            prelu: ours::PReluConfig::new().with_num_parameters(16).init(device),
            swish: ours::SwishConfig::new().init(device),
            gelu: ours::Gelu::new(),
            gated: ours::SwiGluConfig::new(16, 16).init(device),
            last: nn::LinearConfig::new(16, 1).init(device),
        }
    }

    fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        let x = self.swish.forward(self.prelu.forward(self.first.forward(x)));
        self.last.forward(self.gelu.forward(self.gated.forward(x)))
    }
}

#[test]
fn a_network_learns() {
    let device = device().autodiff();
    device.seed(1);
    let mut network = Network::new(&device);
    let beta = values(network.swish.beta.val());
    let mut optimizer = AdamConfig::new().init();
    let x = tensor(&noise(1, 256), [64, 4], &device) / 8.0;
    let target = x.clone().slice([0..64, 0..1]) * x.clone().slice([0..64, 1..2]);
    let mut losses = Vec::new();
    for _ in 0..60 {
        let loss = (network.forward(x.clone()) - target.clone()).powi_scalar(2).mean();
        losses.push(values(loss.clone())[0]);
        let gradients = GradientsParams::from_grads(loss.backward(), &network);
        network = optimizer.step(0.02, network, gradients);
    }
    let (first, last) = (losses[0], losses[losses.len() - 1]);
    assert!(last < first / 2.0, "{first} {last}");
    assert_ne!(values(network.swish.beta.val()), beta, "beta is trained");
}

#[test]
fn records_of_burn_load() {
    let device = device();
    let theirs = nn::PReluConfig::new().with_num_parameters(3).with_alpha(0.125).init(&device);
    let mine = ours::PReluConfig::new().with_num_parameters(3).init(&device).load_record(theirs.into_record());
    assert_eq!(values(mine.alpha.val()), [0.125; 3]);
    let theirs = nn::SwiGluConfig::new(3, 5).init(&device);
    let weight = values(theirs.linear_inner.weight.val());
    let x = tensor(&noise(2, 6), [2, 3], &device);
    let expected = values(theirs.forward(x.clone()));
    let mine = ours::SwiGluConfig::new(3, 5).init(&device).load_record(theirs.into_record());
    assert_eq!(values(mine.linear_inner.weight.val()), weight);
    for (got, expected) in values(mine.forward(x)).iter().zip(expected) {
        assert!((got - expected).abs() <= 1e-4 * expected.abs().max(0.1), "{got} {expected}");
    }
}

#[test]
fn every_module() {
    let x = tensor(&[-1.0, 2.0], [1, 2], &device());
    let y = [
        ours::SiLU::new().forward(x.clone()),
        ours::Mish::new().forward(x.clone()),
        ours::Tanh::new().forward(x.clone()),
        ours::Sigmoid::new().forward(x.clone()),
        ours::Gelu::new_approximate().forward(x.clone()),
        ours::SoftplusConfig::new().init().forward(x.clone()),
        ours::Softmax::new(1).forward(x.clone()),
        ours::LogSoftmax::new(1).forward(x.clone()),
    ];
    let expected = [
        [-0.268_941_4, 1.761_594],
        [-0.303_401_5, 1.943_959],
        [-0.761_594_2, 0.964_027_6],
        [0.268_941_4, 0.880_797],
        [-0.158_808, 1.954_597_7],
        [0.313_261_7, 2.126_928],
        [0.047_425_87, 0.952_574_1],
        [-3.048_587_4, -0.048_587_35],
    ];
    for (y, expected) in y.into_iter().zip(expected) {
        for (got, expected) in values(y).into_iter().zip(expected) {
            assert!((got - expected).abs() < 1e-5, "{got} {expected}");
        }
    }
    let gated = ours::GeGluConfig::new(2, 3).with_bias(true).init(&device());
    assert_eq!(gated.forward(x).dims(), [1, 3]);
}
