//! `activations study landscape`

use anyhow::Result;
use clap::Args;
use serde_json::json;
use wgpu_activations_studies::landscape::{Landscape, Setting};

use super::chosen::Chosen;
use super::sheet::{Files, Sheet};
use crate::device::DeviceArgs;
use crate::draw::{Axis, Figure, Panel, Raster, Scale};
use crate::number;
use crate::text::{Table, progress};

#[derive(Args)]
pub(super) struct LandscapeArgs {
    /// Functions, as NAME or NAME:PARAM=VALUE,...
    #[arg(default_values = ["relu", "leaky_relu", "elu", "silu", "mish", "gelu", "tanh", "sine:omega=1"])]
    names: Vec<String>,
    /// Hidden layers
    #[arg(long, default_value_t = 5)]
    depth: usize,
    /// Units of each
    #[arg(long, default_value_t = 16)]
    width: usize,
    /// Points along each side of the plane
    #[arg(long, default_value_t = 1024)]
    side: usize,
    /// Inputs go from -REACH to REACH
    #[arg(long, default_value_t = 4.0)]
    reach: f64,
    /// From which all random numbers follow
    #[arg(long, default_value_t = 0)]
    seed: u64,
    #[command(flatten)]
    files: Files,
}

pub(super) fn landscape(args: &LandscapeArgs, device: &DeviceArgs) -> Result<()> {
    let places = args.files.claim()?;
    let chosen = args.names.iter().map(|name| Chosen::parse(name)).collect::<Result<Vec<_>>>()?;
    let gpu = device.open()?;
    let setting = Setting { depth: args.depth, width: args.width, side: args.side, reach: args.reach, seed: args.seed };
    let bar = progress(chosen.len());
    let mut table = Table::new(["function", ">roughness", ">variation"]);
    let (mut results, mut panels) = (Vec::new(), Vec::new());
    for (name, chosen) in args.names.iter().zip(&chosen) {
        bar.set_message(name.clone());
        let found = Landscape::of(&gpu, chosen.function, &chosen.params, setting)?;
        table.row([name.clone(), format!("{:.2} %", 100.0 * found.roughness), format!("{:.1}", found.variation)]);
        results.push(json!({
            "function": name,
            "roughness": number::json(found.roughness),
            "variation": number::json(found.variation),
        }));
        panels.push(Panel {
            title: name.clone(),
            x: Axis::new(Scale::Linear, -args.reach, args.reach),
            y: Axis::new(Scale::Linear, -args.reach, args.reach),
            series: Vec::new(),
            limit: None,
            raster: Some(Raster::of(found.side, &found.values)),
        });
        bar.inc(1);
    }
    bar.finish_and_clear();
    let settings = json!({ "depth": args.depth, "width": args.width, "side": args.side, "reach": args.reach });
    Sheet {
        study: "landscape",
        adapter: Some(gpu.info()),
        seed: Some(args.seed),
        settings: settings.as_object().cloned().unwrap_or_default(),
        results,
        head: format!("{} layers of {} units, {2} x {2} inputs from -{3} to {3}", args.depth, args.width, args.side, args.reach),
        table,
        notes: "Roughness is the share of cells where the slope jumps by more than a tenth of its root mean square; variation \
                is the slope's mean size over the whole side, in standard deviations of the output.\n"
            .to_owned(),
        figure: Figure {
            title: "Outputs of random nets".to_owned(),
            description: format!("{} layers of {} units over a plane of inputs", args.depth, args.width),
            panels,
            height: 370.0,
            legend: false,
        },
    }
    .write(&places)
}
