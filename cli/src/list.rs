//! `activations list`: the catalogue.

use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};
use wgpu_activations::activation::{ALL, Param};
use wgpu_activations::{Activation, Pass};

use crate::number;
use crate::text::{self, Table};

#[derive(Args)]
pub(crate) struct ListArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn list(args: &ListArgs) -> Result<()> {
    if args.json {
        let functions: Vec<Value> = ALL.iter().map(|&activation| to_json(activation)).collect();
        return text::print(format_args!("{:#}\n", Value::from(functions)));
    }
    let mut table = Table::new(["name", "kind", "parameters", "passes", "ULP bounds", "aliases"]);
    for &activation in ALL {
        table.row([
            activation.name.into(),
            activation.kind.to_string(),
            params(activation).join(", "),
            passes(activation).join(", "),
            bounds(activation),
            activation.aliases.join(", "),
        ]);
    }
    text::print(table)
}

/// The name of a pass as `list` prints it and `show --kernel` reads it.
pub(crate) fn pass_name(activation: &Activation, pass: Pass) -> String {
    match pass {
        Pass::ParamGradient(index) => format!("{pass}:{}", activation.params[index].name),
        _ => pass.to_string(),
    }
}

pub(crate) fn passes(activation: &'static Activation) -> Vec<String> {
    activation.passes().into_iter().map(|pass| pass_name(activation, pass)).collect()
}

/// Parameters with their defaults, as the f32 they become.
fn params(activation: &Activation) -> Vec<String> {
    let text = |param: &Param| format!("{}={}", param.name, number::short(param.default as f32));
    activation.params.iter().map(text).collect()
}

/// The bounds of forward, backward and, where there is one, backward from the output.
fn bounds(activation: &Activation) -> String {
    let bounds = &activation.bounds;
    let mut text = format!("{} / {}", bounds.forward, bounds.backward);
    if activation.has_output_derivative() {
        text += &format!(" / {}", bounds.from_output);
    }
    text
}

fn to_json(activation: &'static Activation) -> Value {
    let param = |param: &Param| {
        json!({
            "name": param.name,
            "default": number::json(param.default),
            "trainable": param.trainable(),
            "doc": param.doc,
        })
    };
    let from_output = activation.has_output_derivative().then(|| number::json(activation.bounds.from_output));
    json!({
        "name": activation.name,
        "aliases": activation.aliases,
        "kind": activation.kind.to_string(),
        "params": activation.params.iter().map(param).collect::<Vec<_>>(),
        "passes": passes(activation),
        "bounds": {
            "forward": number::json(activation.bounds.forward),
            "backward": number::json(activation.bounds.backward),
            "backward_from_output": from_output,
        },
    })
}
