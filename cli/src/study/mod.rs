//! `activations study`: what people ask of functions, answered for any of them.

mod chosen;
mod data;
mod flow;
mod gain;
mod gated;
mod landscape;
mod report;
mod sheet;
mod stats;
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
    /// Functions x g(x) side by side: gate, function, derivative. No GPU is needed
    Gated(gated::GatedArgs),
    /// The output of random nets over a plane of inputs, as images: smooth, or in facets
    Landscape(landscape::LandscapeArgs),
    /// What functions make of pre-activations in a file: zeros, saturation, dead columns, histograms
    Stats(stats::StatsArgs),
    /// How well nets learn, trained on the GPU: handwritten digits, or exclusive or
    Train(train::TrainArgs),
}

pub(crate) fn study(args: &StudyArgs, device: &DeviceArgs) -> Result<()> {
    match &args.study {
        Study::Gain(args) => gain::gain(args),
        Study::Flow(args) => flow::flow(args, device),
        Study::Gated(args) => gated::gated(args),
        Study::Landscape(args) => landscape::landscape(args, device),
        Study::Stats(args) => stats::stats(args, device),
        Study::Train(args) => train::train(args, device),
    }
}
