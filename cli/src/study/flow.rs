//! `activations study flow`

use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};
use wgpu_activations_studies::Init;
use wgpu_activations_studies::flow::{Flow, Layer, Setting};

use super::chosen::Chosen;
use super::sheet::{Files, Sheet};
use crate::device::DeviceArgs;
use crate::draw::{Axis, Figure, Panel, Scale, Series};
use crate::number;
use crate::text::{Table, progress};

#[derive(Args)]
pub(super) struct FlowArgs {
    /// Functions, as NAME or NAME:PARAM=VALUE,...
    #[arg(default_values = ["relu", "tanh", "selu", "silu", "mish", "gelu"])]
    names: Vec<String>,
    /// Layers
    #[arg(long, default_value_t = 50)]
    depth: usize,
    /// Units of each
    #[arg(long, default_value_t = 256)]
    width: usize,
    /// Inputs at once
    #[arg(long, default_value_t = 128)]
    batch: usize,
    /// How weights are drawn: xavier, he, lecun, orthogonal, or matched, with each function's own gain
    #[arg(long, default_value_t = Init::Matched)]
    init: Init,
    /// From which all random numbers follow
    #[arg(long, default_value_t = 0)]
    seed: u64,
    #[command(flatten)]
    files: Files,
}

pub(super) fn flow(args: &FlowArgs, device: &DeviceArgs) -> Result<()> {
    let places = args.files.claim()?;
    let chosen = args.names.iter().map(|name| Chosen::parse(name)).collect::<Result<Vec<_>>>()?;
    let gpu = device.open()?;
    let setting = Setting { depth: args.depth, width: args.width, batch: args.batch, init: args.init, seed: args.seed };
    let bar = progress(chosen.len());
    let mut flows = Vec::new();
    for (name, chosen) in args.names.iter().zip(&chosen) {
        bar.set_message(name.clone());
        flows.push((name.as_str(), Flow::of(&gpu, chosen.function, &chosen.params, setting)?));
        bar.inc(1);
    }
    bar.finish_and_clear();

    let mut table = Table::new([
        "function",
        ">layer",
        ">mean",
        ">variance",
        ">zeros",
        ">dead units",
        ">|f'| < 0.001",
        ">gradient",
        ">factor",
    ]);
    for (name, flow) in &flows {
        let shown: Vec<&Layer> = shown(&flow.layers);
        for layer in &shown {
            let share = |v: f64| format!("{:.1} %", 100.0 * v);
            let last = shown.last().is_some_and(|last| last.layer == layer.layer);
            table.row([
                (*name).to_owned(),
                layer.layer.to_string(),
                format!("{:.3}", layer.mean),
                format!("{:.3e}", layer.variance),
                share(layer.zeros),
                share(layer.dead),
                share(layer.flat),
                format!("{:.3e}", layer.gradient_norm),
                if last { format!("{:.4}", flow.factor) } else { String::new() },
            ]);
        }
    }
    let row = |name: &str, layer: &Layer| {
        json!({
            "function": name,
            "init": args.init.to_string(),
            "layer": layer.layer,
            "mean": number::json(layer.mean),
            "variance": number::json(layer.variance),
            "zeros": number::json(layer.zeros),
            "dead": number::json(layer.dead),
            "flat": number::json(layer.flat),
            "gradient_norm": number::json(layer.gradient_norm),
        })
    };
    let rows = flows.iter().flat_map(|(name, flow)| flow.layers.iter().map(|layer| row(name, layer)));
    let settings = json!({ "depth": args.depth, "width": args.width, "batch": args.batch });
    Sheet {
        study: "flow",
        adapter: Some(gpu.info()),
        seed: Some(args.seed),
        settings: settings.as_object().cloned().unwrap_or_default(),
        results: rows.collect::<Vec<Value>>(),
        head: format!("{} layers of {} units, {} inputs, weights: {}", args.depth, args.width, args.batch, args.init),
        table,
        notes:
            "The gradient is that of the last layer's values, in units of its size there; the factor is what a layer \
                multiplies it by.\n"
                .to_owned(),
        figure: figure(&flows, args),
    }
    .write(&places)
}

/// The first layers, the last, and some between them.
fn shown(layers: &[Layer]) -> Vec<&Layer> {
    let wanted = |layer: &&Layer| {
        [1, 2, 5].contains(&layer.layer) || layer.layer.is_multiple_of(10) || layer.layer == layers.len()
    };
    layers.iter().filter(wanted).collect()
}

fn figure(flows: &[(&str, Flow)], args: &FlowArgs) -> Figure {
    let panel = |title: &str, scale, of: &dyn Fn(&Layer) -> f64| {
        let curve = |(name, flow): &(&str, Flow)| Series {
            label: (*name).to_owned(),
            points: flow.layers.iter().map(|layer| [layer.layer as f64, of(layer)]).collect(),
            dots: Vec::new(),
            filled: false,
        };
        let series: Vec<Series> = flows.iter().map(curve).collect();
        let values = series.iter().flat_map(|series| series.points.iter().map(|point| point[1]));
        let values = values.filter(|v| v.is_finite() && (scale == Scale::Linear || *v > 1e-30));
        let (low, high) = values.fold((f64::INFINITY, 1e-30), |(low, high), v| (v.min(low), v.max(high)));
        let y = match scale {
            Scale::Linear => Axis::new(scale, 0.0, high.max(0.1) * 1.05),
            _ => Axis::new(scale, low.min(high) / 1.5, high * 1.5),
        };
        Panel {
            title: title.to_owned(),
            x: Axis::new(Scale::Linear, 1.0, args.depth.max(2) as f64),
            y,
            series,
            limit: None,
            raster: None,
        }
    };
    Figure {
        title: "Signals and gradients from layer to layer".to_owned(),
        description: format!("{} layers of {} units, weights: {}", args.depth, args.width, args.init),
        panels: vec![
            panel("Variance of values, over layers", Scale::Log, &|layer| layer.variance),
            panel("Size of the gradient, over layers", Scale::Log, &|layer| layer.gradient_norm),
            panel("Share of zeros, over layers", Scale::Linear, &|layer| layer.zeros),
            panel("Share of derivatives below 0.001", Scale::Linear, &|layer| layer.flat),
        ],
        height: 190.0,
        legend: true,
    }
}
