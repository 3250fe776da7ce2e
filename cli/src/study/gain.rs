//! `activations study gain`

use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};
use wgpu_activations::activation;
use wgpu_activations_studies::gain::{At, Fate, Gain, curve};

use super::chosen::Chosen;
use super::sheet::{Files, Sheet};
use crate::draw::{Axis, Figure, Panel, Scale, Series};
use crate::number;
use crate::text::Table;

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
    #[command(flatten)]
    files: Files,
}

pub(super) fn gain(args: &GainArgs) -> Result<()> {
    let places = args.files.claim()?;
    let of = |function, params: &[f32]| Gain::of(function, params, args.weights, args.biases);
    let (gains, drawn): (Vec<Gain>, Vec<(String, Chosen)>) = if args.names.is_empty() {
        let mut gains = Vec::new();
        for function in activation::ALL {
            match of(function, &[]) {
                Err(wgpu_activations_studies::Error::Undefined { .. }) => {}
                found => gains.push(found?),
            }
        }
        (gains, named(&DRAWN)?)
    } else {
        let chosen = named(&args.names)?;
        (chosen.iter().map(|(_, chosen)| Ok(of(chosen.curve()?, &chosen.params)?)).collect::<Result<_>>()?, chosen)
    };

    let mut table = Table::new(COLUMNS);
    gains.iter().for_each(|gain| table.row(cells(gain, |v| format!("{v:.4}"))));
    let noted =
        gains.iter().filter_map(|gain| Some((gain.function, gain.pytorch?.1))).filter(|(_, note)| !note.is_empty());
    let notes: String = noted.map(|(name, note)| format!("PyTorch's {name}: {note}.\n")).collect();
    let settings = json!({ "weights": args.weights, "biases": args.biases });
    Sheet {
        study: "gain",
        adapter: None,
        seed: None,
        settings: settings.as_object().cloned().unwrap_or_default(),
        results: gains.iter().map(to_json).collect(),
        head: format!("z ~ N(0, 1); weights of variance {}^2 / inputs, biases of {}^2", args.weights, args.biases),
        table,
        notes,
        figure: figure(&drawn, args)?,
    }
    .write(&places)
}

/// Functions in the picture where none are named.
const DRAWN: [&str; 8] = ["relu", "tanh", "selu", "silu", "mish", "gelu", "elu", "sine:omega=1"];

fn named<S: AsRef<str>>(names: &[S]) -> Result<Vec<(String, Chosen)>> {
    names.iter().map(|name| Ok((name.as_ref().to_owned(), Chosen::parse(name.as_ref())?))).collect()
}

/// The edge of chaos, and what variances and gradients become in a layer.
fn figure(chosen: &[(String, Chosen)], args: &GainArgs) -> Result<Figure> {
    let variances: Vec<f64> = (-150..=80).map(|k| 10f64.powf(f64::from(k) * 0.05)).collect();
    let curves = chosen.iter().map(|(name, chosen)| Ok((name, curve(chosen.curve()?, &chosen.params, &variances)?)));
    let curves: Vec<(&String, Vec<At>)> = curves.collect::<Result<_>>()?;
    let panel = |title: &str, x: Axis, y: Axis, of: &dyn Fn(&At) -> [f64; 2]| {
        let line = |(name, curve): &(&String, Vec<At>)| {
            let points: Vec<[f64; 2]> = curve.iter().map(of).collect();
            let known = |point: &&[f64; 2]| point[0].is_finite();
            let (first, last) = (points.iter().find(known), points.iter().rfind(known));
            // An edge that is a single point, as of relu.
            let single = first.zip(last).filter(|(a, b)| (a[0] - b[0]).abs() + (a[1] - b[1]).abs() < 1e-3);
            let dots = single.map_or(Vec::new(), |(point, _)| vec![*point]);
            Series { label: (*name).clone(), points, dots, filled: false }
        };
        Panel { title: title.to_owned(), x, y, series: curves.iter().map(line).collect(), limit: None, raster: None }
    };
    let (weights, biases) = (args.weights * args.weights, args.biases * args.biases);
    let linear = |high| Axis::new(Scale::Linear, 0.0, high);
    let log = |low, high| Axis::new(Scale::Log, low, high);
    let edge = |at: &At| at.edge.unwrap_or([f64::NAN; 2]);
    let shown = |at: &At| if (0.0099..101.0).contains(&at.variance) { at.variance } else { f64::NAN };
    let next = |at: &At| [shown(at), weights * at.second_moment + biases];
    let chi_1 = |at: &At| [shown(at), weights * at.derivative_second_moment];
    let mut growth = panel("Growth of gradients over variance", log(0.01, 100.0), linear(2.0), &chi_1);
    growth.limit = Some((1.0, "they stay".to_owned()));
    let panels = vec![
        panel("Edge of chaos: biases over weights", linear(4.0), linear(1.5), &edge),
        panel("Variance of the next layer over this", log(0.01, 100.0), log(0.001, 1e3), &next),
        growth,
    ];
    Ok(Figure {
        title: "What random layers do to signals and gradients".to_owned(),
        description: format!("Weights of variance {}^2 / inputs, biases of {}^2", args.weights, args.biases),
        panels,
        height: 190.0,
        legend: true,
    })
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
