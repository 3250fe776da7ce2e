//! `activations study`: what people ask of functions, answered for any of them.

mod chosen;
mod gain;

use anyhow::Result;
use clap::{Args, Subcommand};

#[derive(Args)]
pub(crate) struct StudyArgs {
    #[command(subcommand)]
    study: Study,
}

#[derive(Subcommand)]
enum Study {
    /// How signals and gradients grow from layer to layer, and how to initialise for that. No GPU is needed
    Gain(gain::GainArgs),
}

pub(crate) fn study(args: &StudyArgs) -> Result<()> {
    match &args.study {
        Study::Gain(args) => gain::gain(args),
    }
}
