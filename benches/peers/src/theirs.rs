//! burn's side.

use std::time::Instant;

use anyhow::{Context, Result};
use burn::{Device, DeviceKind, Tensor, TensorData};
use cubecl::wgpu::{AutoGraphicsApi, RuntimeOptions, WgpuDevice, init_setup};

use crate::functions::{Function, ROW};
use crate::work::{Outputs, Work};

/// Opens burn's default device, as burn does; returns the name of its adapter, its backend, and all that is known of it.
pub fn open() -> (Device, String, String, String) {
    let setup = init_setup::<AutoGraphicsApi>(&WgpuDevice::default(), RuntimeOptions::default());
    let info = setup.adapter.get_info();
    (Device::wgpu(DeviceKind::DefaultDevice), info.name.clone(), info.backend.to_string(), format!("{info:?}"))
}

pub struct Theirs {
    device: Device,
    x: Tensor<2>,
    dy: Tensor<2>,
}

impl Theirs {
    pub fn new(device: Device, x: &[f32], dy: &[f32]) -> Self {
        let tensor = |v: &[f32]| Tensor::from_data(TensorData::new(v.to_vec(), [v.len() / ROW, ROW]), &device);
        Self { x: tensor(x), dy: tensor(dy), device }
    }

    /// Nothing is left to do; operations are lazy, and so is forgetting tensors.
    fn drain(&self) -> Result<()> {
        self.device.sync().context("burn")
    }

    /// Seconds of doing nothing.
    pub fn idle(&self) -> Result<f64> {
        self.drain()?;
        let start = Instant::now();
        self.drain()?;
        Ok(start.elapsed().as_secs_f64())
    }

    /// Seconds of a call, and what it made. All inputs live on, and outputs as long as the clock runs.
    pub fn run(&self, function: &Function, work: Work) -> Result<(f64, [Option<Tensor<2>>; 2])> {
        let f = function.theirs;
        let graph = || {
            let x = self.x.clone().autodiff().require_grad();
            let y = f(x.clone());
            let product = y.clone() * self.dy.clone().autodiff();
            (x, y, product)
        };
        self.drain()?;
        let (start, y, dx) = match work {
            Work::Forward => {
                let start = Instant::now();
                (start, Some(f(self.x.clone())), None)
            }
            Work::Backward => {
                let (x, _, product) = graph();
                self.drain()?;
                let start = Instant::now();
                (start, None, x.grad(&product.backward()))
            }
            Work::Both => {
                let start = Instant::now();
                let (x, y, product) = graph();
                let dx = x.grad(&product.backward());
                (start, Some(y.inner()), dx)
            }
        };
        self.drain()?;
        Ok((start.elapsed().as_secs_f64(), [y, dx]))
    }

    /// What a call makes.
    pub fn outputs(&self, function: &Function, work: Work) -> Result<Outputs> {
        let read = |tensor: Option<Tensor<2>>| tensor.map(Tensor::try_into_vec_as).transpose().context("burn");
        let (_, [y, dx]) = self.run(function, work)?;
        Ok([read(y)?, read(dx)?])
    }
}
