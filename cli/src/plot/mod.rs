//! `activations plot`: pictures of functions, their derivatives and their errors.

mod curves;
mod errors;
mod gallery;
mod interval;
mod request;
mod view;

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::device::DeviceArgs;
use crate::draw::Format;
use crate::output::Claims;
use crate::text;
use interval::Interval;
use request::Request;

/// Curves are computed on the GPU. A dot is the value at a jump.
#[derive(Args)]
pub(crate) struct PlotArgs {
    /// Elementwise functions, each with the parameters that differ from their defaults:
    /// elu:alpha=0.5, hardtanh:min_val=-2,max_val=2
    #[arg(value_name = "NAME[:PARAM=VALUE,...]", required_unless_present = "gallery")]
    functions: Vec<String>,
    /// The picture, an .svg or .png file, or - for SVG on standard output
    #[arg(short, long, value_name = "FILE", default_value = "plot.svg")]
    output: PathBuf,
    /// The x axis, from A to B [default: -5,5; with --errors all of f32, and -20,20]
    #[arg(long, value_name = "A,B", allow_hyphen_values = true)]
    range: Option<Interval>,
    /// Draw the errors against the f64 reference, with their bounds, instead
    #[arg(long)]
    errors: bool,
    /// Draw every elementwise function to a directory, with a README.md that shows them
    #[arg(long, value_name = "DIR", conflicts_with_all = ["functions", "output", "errors"])]
    gallery: Option<PathBuf>,
    /// Replace existing files
    #[arg(long)]
    force: bool,
}

const CURVES: Interval = Interval { low: -5.0, high: 5.0 };

pub(crate) fn plot(args: &PlotArgs, device: &DeviceArgs) -> Result<()> {
    if let Some(directory) = &args.gallery {
        return gallery::gallery(directory, args.range.unwrap_or(CURVES), args.force, device);
    }
    let requests = Request::all(&args.functions)?;
    let mut claims = Claims::new(args.force);
    let output = claims.claim(&args.output, &Format::ENDINGS)?;
    let gpu = device.open()?;
    let figure = match args.errors {
        true => errors::figure(&gpu, &requests, args.range)?,
        false => curves::figure(&gpu, &requests, args.range.unwrap_or(CURVES))?,
    };
    output.write(&Format::of(&args.output).render(&figure)?)?;
    if output.is_stdout() { Ok(()) } else { text::print(format_args!("wrote {}\n", output.shown())) }
}
