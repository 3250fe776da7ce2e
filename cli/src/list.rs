//! `activations list`: every function of the catalogue.

use anyhow::Result;
use clap::Args;
use serde_json::{Map, Value, json};
use wgpu_activations::Op;
use wgpu_activations::activation::{Param, Range};

use crate::catalogue::{bounds, narrower, passes};
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
        let functions: Vec<Value> = Op::all().iter().map(to_json).collect();
        return text::print(format_args!("{:#}\n", Value::from(functions)));
    }
    let mut table = Table::new(["name", "kind", "parameters", "passes", "ULP bounds", "aliases"]);
    for function in Op::all() {
        table.row([
            function.name().into(),
            function.kind(),
            params(&function).join(", "),
            passes(&function).join(", "),
            bounds(&function).iter().map(|(_, bound)| bound.to_string()).collect::<Vec<_>>().join(" / "),
            function.aliases().join(", "),
        ]);
    }
    text::print(table)
}

/// Parameters with their defaults, as the f32 they become.
fn params(function: &Op) -> Vec<String> {
    let text = |param: &Param| format!("{}={}", param.name, number::short(param.default as f32));
    function.params().iter().map(text).collect()
}

fn to_json(function: &Op) -> Value {
    let range = |range: Range| {
        let intervals: Vec<_> = range.intervals.iter().map(|interval| interval.map(number::json)).collect();
        json!({ "intervals": intervals, "whole": range.whole })
    };
    let param = |param: &Param| {
        json!({
            "name": param.name,
            "default": number::json(param.default),
            "range": range(param.range),
            "from_output": narrower(function, param).map(range),
            "trainable": param.trainable(),
            "doc": param.doc,
        })
    };
    let bounds: Map<_, _> = bounds(function).into_iter().map(|(name, bound)| (name, number::json(bound))).collect();
    json!({
        "name": function.name(),
        "aliases": function.aliases(),
        "kind": function.kind(),
        "params": function.params().iter().map(param).collect::<Vec<_>>(),
        "passes": passes(function),
        "bounds": bounds,
    })
}
