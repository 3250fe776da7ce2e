//! `activations study flow`

use anyhow::{Result, ensure};
use clap::Args;
use serde_json::{Value, json};
use wgpu_activations_studies::flow::{Flow, Layer, Setting};
use wgpu_activations_studies::learning::Learning;
use wgpu_activations_studies::{Init, Table as Digits, train};

use super::chosen::Chosen;
use super::sheet::{Files, Sheet};
use crate::device::DeviceArgs;
use crate::draw::{Axis, Figure, Panel, Raster, Scale, Series};
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
    /// Also train each net to tell digits for this many steps of at most 32 rows, with a look at its layers before each; 0 for none
    #[arg(long, default_value_t = 10)]
    steps: usize,
    /// Adam's rate in these steps
    #[arg(long, default_value_t = 1e-3)]
    rate: f64,
    /// From which all random numbers follow
    #[arg(long, default_value_t = 0)]
    seed: u64,
    #[command(flatten)]
    files: Files,
}

/// Rows to a step of learning.
const STEP: usize = 32;

pub(super) fn flow(args: &FlowArgs, device: &DeviceArgs) -> Result<()> {
    let places = args.files.claim()?;
    let chosen = args.names.iter().map(|name| Chosen::parse(name)).collect::<Result<Vec<_>>>()?;
    let gpu = device.open()?;
    let setting = Setting { depth: args.depth, width: args.width, batch: args.batch, init: args.init, seed: args.seed };
    ensure!(args.steps <= 10_000, "--steps is from 0 to 10000, not {}", args.steps);
    let learns = train::Setting {
        depth: args.depth,
        width: args.width,
        batch: args.batch.min(STEP),
        init: args.init,
        rate: args.rate,
        seed: args.seed,
        ..train::Setting::default()
    };
    let bar = progress(chosen.len() * (args.steps + 2));
    let (mut flows, mut learnings) = (Vec::new(), Vec::new());
    for (name, chosen) in args.names.iter().zip(&chosen) {
        bar.set_message(name.clone());
        let (function, params) = (chosen.function, &chosen.params);
        flows.push((name.as_str(), Flow::of(&gpu, function, params, setting)?));
        bar.inc(1);
        if args.steps > 0 {
            let found = Learning::of(&gpu, function, params, &Digits::digits(), learns, args.steps, || bar.inc(1))?;
            learnings.push((name.as_str(), found));
        }
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
    let row = |name: &str, step: Option<usize>, layer: &Layer| {
        json!({
            "function": name,
            "init": args.init.to_string(),
            "step": step,
            "layer": layer.layer,
            "mean": number::json(layer.mean),
            "variance": number::json(layer.variance),
            "zeros": number::json(layer.zeros),
            "dead": number::json(layer.dead),
            "flat": number::json(layer.flat),
            "gradient_norm": number::json(layer.gradient_norm),
        })
    };
    let rows = flows.iter().flat_map(|(name, flow)| flow.layers.iter().map(|layer| row(name, None, layer)));
    let of_learning = |(name, learning): &(&str, Learning)| {
        let steps = learning.steps.iter().enumerate();
        steps
            .flat_map(|(step, layers)| layers.iter().map(move |layer| row(name, Some(step), layer)))
            .collect::<Vec<_>>()
    };
    let rows = rows.chain(learnings.iter().flat_map(of_learning));
    let settings = json!({
        "depth": args.depth, "width": args.width, "batch": args.batch, "steps": args.steps, "rate": args.rate,
    });
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
        figure: figure(&flows, &learnings, args),
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

/// A quantity over layers and steps, in colours of its logarithm.
fn heat(title: &str, learning: &Learning, of: fn(&Layer) -> f64) -> Panel {
    let depth = learning.steps.first().map_or(0, Vec::len);
    let value = |layer: &Layer| of(layer).max(1e-30).log10() as f32;
    let lines = (0..depth).flat_map(|k| learning.steps.iter().map(move |layers| value(&layers[k])));
    let values: Vec<f32> = lines.collect();
    let finite = || values.iter().copied().filter(|v| v.is_finite());
    let (low, high) = (finite().fold(f32::INFINITY, f32::min), finite().fold(f32::NEG_INFINITY, f32::max));
    Panel {
        title: format!("{title} by step: 10^{low:.1} to 10^{high:.1}"),
        x: Axis::new(Scale::Linear, -0.5, learning.steps.len() as f64 - 0.5),
        y: Axis::new(Scale::Linear, 0.5, depth.max(1) as f64 + 0.5),
        series: Vec::new(),
        limit: None,
        raster: Some(Raster::of(learning.steps.len(), &values)),
    }
}

fn figure(flows: &[(&str, Flow)], learnings: &[(&str, Learning)], args: &FlowArgs) -> Figure {
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
    let heats = learnings.iter().flat_map(|(name, learning)| {
        [
            heat(&format!("{name}, variance"), learning, |layer| layer.variance),
            heat(&format!("{name}, gradient"), learning, |layer| layer.gradient_norm),
        ]
    });
    Figure {
        title: "Signals and gradients from layer to layer".to_owned(),
        description: format!("{} layers of {} units, weights: {}", args.depth, args.width, args.init),
        panels: [
            panel("Variance of values, over layers", Scale::Log, &|layer| layer.variance),
            panel("Size of the gradient, over layers", Scale::Log, &|layer| layer.gradient_norm),
            panel("Share of zeros, over layers", Scale::Linear, &|layer| layer.zeros),
            panel("Share of derivatives below 0.001", Scale::Linear, &|layer| layer.flat),
        ]
        .into_iter()
        .chain(heats)
        .collect(),
        height: 190.0,
        legend: true,
    }
}
