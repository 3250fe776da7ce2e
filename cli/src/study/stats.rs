//! `activations study stats`

use anyhow::{Result, ensure};
use clap::Args;
use serde_json::{Value, json};
use wgpu_activations_studies::stats::{FLAT, Side, Stats};

use super::chosen::Chosen;
use super::sheet::{Files, Sheet};
use crate::array::{self, ArrayPath, Scalar, tuple};
use crate::device::DeviceArgs;
use crate::draw::{Axis, Figure, Panel, Scale, Series};
use crate::number;
use crate::text::{Table, counted};

#[derive(Args)]
pub(super) struct StatsArgs {
    /// Pre-activations: a .npy file, FILE.npz:NAME or FILE.safetensors:NAME; the last axis holds the units
    #[arg(value_name = "FILE")]
    file: ArrayPath,
    /// Functions, as NAME or NAME:PARAM=VALUE,...
    #[arg(required = true)]
    names: Vec<String>,
    #[command(flatten)]
    files: Files,
}

pub(super) fn stats(args: &StatsArgs, device: &DeviceArgs) -> Result<()> {
    let places = args.files.claim()?;
    let chosen = args.names.iter().map(|name| Chosen::parse(name)).collect::<Result<Vec<_>>>()?;
    let array = array::read::<f32>(&args.file, Scalar::F32)?;
    let columns = array.shape.last().copied().unwrap_or(1);
    ensure!(!array.data.is_empty(), "{} holds no numbers: its shape is {}", args.file, tuple(&array.shape));
    let gpu = device.open()?;
    let mut table = Table::new([
        "function",
        ">mean",
        ">variance",
        ">zeros",
        ">f' = 0",
        ">|f'| < 0.001",
        ">dead columns",
        ">not finite",
    ]);
    let share = |v: f64| format!("{:.2} %", 100.0 * v);
    let (mut results, mut panels) = (Vec::new(), Vec::new());
    for (name, chosen) in args.names.iter().zip(&chosen) {
        let found = Stats::of(&gpu, chosen.function, &chosen.params, &array.data, columns)?;
        if panels.is_empty() {
            table.row(cells("(before)", &found.before, ["", "", ""].map(str::to_owned)));
            panels.push(histogram("Before".to_owned(), &found.before));
        }
        let dead = format!("{} of {columns}", found.dead_columns.len());
        table.row(cells(name, &found.after, [share(found.dead), share(found.saturated), dead]));
        panels.push(histogram(format!("Behind {name}"), &found.after));
        results.push(json!({
            "function": name,
            "before": side(&found.before),
            "after": side(&found.after),
            "dead": number::json(found.dead),
            "saturated": number::json(found.saturated),
            "dead_columns": found.dead_columns,
        }));
    }
    let settings = json!({ "file": args.file.to_string(), "shape": array.shape });
    Sheet {
        study: "stats",
        adapter: Some(gpu.info()),
        seed: None,
        settings: settings.as_object().cloned().unwrap_or_default(),
        results,
        head: format!("{}, {} in rows of {columns}", args.file, counted(array.data.len(), "number")),
        table,
        notes: format!("A column is dead where f' is 0 in every row; saturated are derivatives below {FLAT}.\n"),
        figure: Figure {
            title: "Numbers before and behind functions".to_owned(),
            description: format!("Shares of {} in bins of the same width", args.file),
            panels,
            height: 160.0,
            legend: false,
        },
    }
    .write(&places)
}

fn cells(name: &str, side: &Side, [dead, saturated, columns]: [String; 3]) -> [String; 8] {
    let number = |v: f64| format!("{v:.4e}");
    let zeros = format!("{:.2} %", 100.0 * side.zeros);
    let not_finite = side.not_finite.to_string();
    [name.to_owned(), number(side.mean), number(side.variance), zeros, dead, saturated, columns, not_finite]
}

fn side(side: &Side) -> Value {
    json!({
        "mean": number::json(side.mean),
        "variance": number::json(side.variance),
        "zeros": number::json(side.zeros),
        "not_finite": side.not_finite,
        "range": side.histogram.range.map(number::json),
        "counts": side.histogram.counts,
    })
}

/// Steps, the share of numbers in each bin.
fn histogram(title: String, side: &Side) -> Panel {
    let [low, high] = match side.histogram.range {
        [low, high] if low < high => [low, high],
        [value, _] if value.is_finite() => [value - 1.0, value + 1.0],
        _ => [-1.0, 1.0],
    };
    let counts = &side.histogram.counts;
    let total = counts.iter().sum::<u64>().max(1) as f64;
    let edge = |k: usize| low + (high - low) * k as f64 / counts.len() as f64;
    let step = |(k, &count): (usize, &u64)| [[edge(k), count as f64 / total], [edge(k + 1), count as f64 / total]];
    let points: Vec<[f64; 2]> = counts.iter().enumerate().flat_map(step).collect();
    let most = points.iter().map(|point| point[1]).fold(0.0, f64::max);
    Panel {
        title,
        x: Axis::new(Scale::Linear, low, high),
        y: Axis::new(Scale::Linear, 0.0, most.max(1e-3) * 1.05),
        series: vec![Series { label: "share of numbers".to_owned(), points, dots: Vec::new(), filled: true }],
        limit: None,
        raster: None,
    }
}
