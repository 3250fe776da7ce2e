//! `activations study`: what people ask of functions, answered for any of them.

mod chosen;
mod flow;
mod gain;
mod sheet;
mod train;

use anyhow::Result;
use clap::{Args, Subcommand};

use crate::device::DeviceArgs;

#[derive(Args)]
pub(crate) struct StudyArgs {
    #[command(subcommand)]
    study: Study,
}

#[derive(Subcommand)]
enum Study {
    /// How signals and gradients grow from layer to layer, and how to initialise for that. No GPU is needed
    Gain(gain::GainArgs),
    /// What deep nets with random weights do to signals and gradients, layer by layer
    Flow(flow::FlowArgs),
    /// How well nets learn, trained on the GPU: handwritten digits, or exclusive or
    Train(train::TrainArgs),
}

pub(crate) fn study(args: &StudyArgs, device: &DeviceArgs) -> Result<()> {
    match &args.study {
        Study::Gain(args) => gain::gain(args),
        Study::Flow(args) => flow::flow(args, device),
        Study::Train(args) => train::train(args, device),
    }
}
