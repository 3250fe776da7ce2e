//! `activations study gain`

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};
use wgpu_activations::activation;
use wgpu_activations_studies::gain::{Fate, Gain};

use super::chosen::Chosen;
use crate::number;
use crate::output::Claims;
use crate::text::{Console, Table};

#[derive(Args)]
pub(super) struct GainArgs {
    /// Functions, as NAME or NAME:PARAM=VALUE,... [default: all that take every number]
    names: Vec<String>,
    /// The standard deviation of weights, times the root of the number of inputs
    #[arg(long, default_value_t = 1.0)]
    weights: f64,
    /// The standard deviation of biases
    #[arg(long, default_value_t = 0.0)]
    biases: f64,
    /// Also write the results to a JSON file; with - to standard output, and the table to standard error
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Also write the results to a CSV file
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Replace existing files
    #[arg(long)]
    force: bool,
}

pub(super) fn gain(args: &GainArgs) -> Result<()> {
    let mut claims = Claims::new(args.force);
    let json = claims.claim_if(args.json.as_deref(), &["json"])?;
    let csv = claims.claim_if(args.csv.as_deref(), &["csv"])?;
    let console = Console::beside(&claims);
    let of = |chosen: Chosen| Gain::of(chosen.function, &chosen.params, args.weights, args.biases);
    let gains: Vec<Gain> = if args.names.is_empty() {
        let mut gains = Vec::new();
        for function in activation::ALL {
            match of(Chosen { function, params: Vec::new() }) {
                Err(wgpu_activations_studies::Error::Undefined { .. }) => {}
                found => gains.push(found?),
            }
        }
        gains
    } else {
        let chosen = args.names.iter().map(|name| Chosen::parse(name)).collect::<Result<Vec<_>>>()?;
        chosen.into_iter().map(of).collect::<Result<_, _>>()?
    };

    if let Some(output) = json {
        let results: Vec<Value> = gains.iter().map(to_json).collect();
        let report = json!({
            "study": "gain",
            "adapter": null,
            "seed": null,
            "weights": args.weights,
            "biases": args.biases,
            "results": results,
        });
        output.write(format!("{report:#}\n").as_bytes())?;
    }
    if let Some(output) = csv {
        let mut lines = vec![COLUMNS.join(",")];
        lines.extend(gains.iter().map(|gain| cells(gain, f64::to_string).join(",")));
        output.write(format!("{}\n", lines.join("\n")).as_bytes())?;
    }
    let mut table = Table::new(COLUMNS);
    gains.iter().for_each(|gain| table.row(cells(gain, |v| format!("{v:.4}"))));
    let noted =
        gains.iter().filter_map(|gain| Some((gain.function, gain.pytorch?.1))).filter(|(_, note)| !note.is_empty());
    let notes: String = noted.map(|(name, note)| format!("PyTorch's {name}: {note}.\n")).collect();
    let head = format!("z ~ N(0, 1); weights of variance {}^2 / inputs, biases of {}^2\n", args.weights, args.biases);
    console.print(format!("{head}\n{table}\n{notes}"))
}

const COLUMNS: [&str; 15] = [
    "function",
    "params",
    "mean",
    "E[f^2]",
    "E[f'^2]",
    "gain",
    "backward",
    "both",
    "PyTorch",
    "chi_1",
    "variance of 1",
    "stays at",
    "Lipschitz",
    "f' = 0",
    "alive in f16",
];

fn cells(gain: &Gain, number: impl Fn(&f64) -> String) -> [String; 15] {
    let params = gain.params.iter().map(|(name, value)| format!("{name}={}", *value as f32));
    let fate = match gain.fate {
        Fate::Converges(variance) => format!("to {}", number(&variance)),
        Fate::Explodes => "explodes".to_owned(),
        _ => "vanishes".to_owned(),
    };
    let points = gain.fixed_points.iter().map(|point| number(&point.variance));
    let [low, high] = gain.shape.alive_f16;
    [
        gain.function.to_owned(),
        params.collect::<Vec<_>>().join(" "),
        number(&gain.mean),
        number(&gain.second_moment),
        number(&gain.derivative_second_moment),
        number(&gain.gain),
        number(&gain.gain_backward),
        number(&gain.gain_compromise),
        gain.pytorch.map_or(String::new(), |(value, _)| number(&value)),
        number(&gain.chi_1),
        fate,
        points.collect::<Vec<_>>().join(" "),
        number(&gain.shape.lipschitz),
        number(&gain.dead),
        if low.is_nan() { "nowhere".to_owned() } else { format!("{low:.3} to {high:.3}") },
    ]
}

fn to_json(gain: &Gain) -> Value {
    let pair = |[low, high]: [f64; 2]| json!([number::json(low), number::json(high)]);
    let params: serde_json::Map<String, Value> =
        gain.params.iter().map(|(name, value)| ((*name).to_owned(), number::json_f32(*value as f32))).collect();
    let points = gain.fixed_points.iter().map(|point| {
        json!({
            "variance": number::json(point.variance),
            "slope": number::json(point.slope),
            "chi_1": number::json(point.chi_1),
        })
    });
    let fate = match gain.fate {
        Fate::Converges(variance) => json!({ "converges": number::json(variance) }),
        Fate::Explodes => json!("explodes"),
        _ => json!("vanishes"),
    };
    json!({
        "function": gain.function,
        "params": params,
        "mean": number::json(gain.mean),
        "second_moment": number::json(gain.second_moment),
        "derivative_second_moment": number::json(gain.derivative_second_moment),
        "gain": number::json(gain.gain),
        "gain_backward": number::json(gain.gain_backward),
        "gain_compromise": number::json(gain.gain_compromise),
        "pytorch": gain.pytorch.map(|(value, _)| number::json(value)),
        "fixed_points": points.collect::<Vec<_>>(),
        "chi_1": number::json(gain.chi_1),
        "fate": fate,
        "lipschitz": number::json(gain.shape.lipschitz),
        "range": pair(gain.shape.range),
        "monotone": gain.shape.monotone,
        "dead": number::json(gain.dead),
        "alive_f16": pair(gain.shape.alive_f16),
        "alive_bf16": pair(gain.shape.alive_bf16),
    })
}
