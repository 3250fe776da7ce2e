//! `activations study gated`

use anyhow::{Result, ensure};
use clap::Args;
use serde_json::{Map, json};
use wgpu_activations_studies::gated::{At, Gated};

use super::chosen::Chosen;
use super::sheet::{Files, Sheet};
use crate::draw::{Axis, Figure, Panel, Scale, Series};
use crate::number;
use crate::text::Table;

#[derive(Args)]
pub(super) struct GatedArgs {
    /// Functions, as NAME or NAME:PARAM=VALUE,...
    #[arg(default_values = ["swish:beta=0", "silu", "swish:beta=10", "gelu", "mish", "tanh_exp", "phish", "smish", "logish", "serf"])]
    names: Vec<String>,
    /// From -REACH to REACH
    #[arg(long, default_value_t = 5.0)]
    reach: f64,
    #[command(flatten)]
    files: Files,
}

const POINTS: usize = 401;

pub(super) fn gated(args: &GatedArgs) -> Result<()> {
    ensure!(args.reach.is_finite() && args.reach > 0.0, "--reach is a finite number above 0, not {}", args.reach);
    let places = args.files.claim()?;
    let mut found = Vec::new();
    for name in &args.names {
        let chosen = Chosen::parse(name)?;
        found.push((name.as_str(), Gated::of(chosen.curve()?, &chosen.params, args.reach, POINTS)?));
    }
    let mut table = Table::new(["function", ">gate at 0", ">least", ">at", ">steepest", ">at", ">delta at 0"]);
    let mut results = Vec::new();
    for (name, gated) in &found {
        let middle = gated.points[POINTS / 2];
        let (least, steepest) = (gated.least, gated.steepest);
        let cells = [middle.gate, least.value, least.x, steepest.derivative, steepest.x, middle.delta];
        let [a, b, c, d, e, f] = cells.map(|v| format!("{v:.4}"));
        table.row([(*name).to_owned(), a, b, c, d, e, f]);
        let curve = |of: fn(&At) -> f64| gated.points.iter().map(|at| number::json(of(at))).collect::<Vec<_>>();
        results.push(json!({
            "function": name,
            "gate_at_0": number::json(middle.gate),
            "least": number::json(least.value),
            "least_at": number::json(least.x),
            "steepest": number::json(steepest.derivative),
            "steepest_at": number::json(steepest.x),
            "x": curve(|at| at.x),
            "gate": curve(|at| at.gate),
            "value": curve(|at| at.value),
            "derivative": curve(|at| at.derivative),
            "delta": curve(|at| at.delta),
        }));
    }
    let panel = |title: &str, low, high, of: fn(&At) -> f64| {
        let curve = |(name, gated): &(&str, Gated)| Series {
            label: (*name).to_owned(),
            points: gated.points.iter().map(|at| [at.x, of(at)]).collect(),
            dots: Vec::new(),
            filled: false,
        };
        Panel {
            title: title.to_owned(),
            x: Axis::new(Scale::Linear, -args.reach, args.reach),
            y: Axis::new(Scale::Linear, low, high),
            series: found.iter().map(curve).collect(),
            limit: None,
            raster: None,
        }
    };
    Sheet {
        study: "gated",
        adapter: None,
        seed: None,
        settings: Map::new(),
        results,
        head: format!("f(x) = x g(x) from -{0} to {0}", args.reach),
        table,
        notes: "f'(x) = delta silu(x) + f(x) / x; Mish's delta is sech^2(softplus(x)).\n".to_owned(),
        figure: Figure {
            title: "Functions that gate themselves".to_owned(),
            description: "The gate, the function, its derivative, and what of silu is in that".to_owned(),
            panels: vec![
                panel("Gate g(x) = f(x) / x", -0.2, 1.3, |at| at.gate),
                panel("Function x g(x)", -1.0, 3.0, |at| at.value),
                panel("Derivative", -0.3, 1.3, |at| at.derivative),
                panel("Delta: (f'(x) - g(x)) / silu(x)", -0.5, 2.5, |at| at.delta),
            ],
            height: 190.0,
            legend: true,
        },
    }
    .write(&places)
}
