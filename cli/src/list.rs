//! `activations list`: the catalogues.

use anyhow::Result;
use clap::Args;
use serde_json::{Map, Value, json};
use wgpu_activations::activation::{Param, Range};
use wgpu_activations::gate::Output;
use wgpu_activations::{Op, Pass};

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

/// The name of a pass as `list` prints it and `show --kernel` reads it.
pub(crate) fn pass_name(function: &Op, pass: Pass) -> String {
    match pass {
        Pass::ParamGradient(index) => format!("param_gradient:{}", function.params()[index].name),
        _ => pass.to_string(),
    }
}

pub(crate) fn passes(function: &Op) -> Vec<String> {
    function.passes().into_iter().map(|pass| pass_name(function, pass)).collect()
}

/// Parameters with their defaults, as the f32 they become.
fn params(function: &Op) -> Vec<String> {
    let text = |param: &Param| format!("{}={}", param.name, number::short(param.default as f32));
    function.params().iter().map(text).collect()
}

/// What has a bound of its own, and the bound in ULP.
pub(crate) fn bounds(function: &Op) -> Vec<(String, f64)> {
    let own = |name: &str, bound: f64| (name.to_owned(), bound);
    match function {
        Op::Activation(a) => {
            let from_output = a.has_output_derivative().then(|| own("backward_from_output", a.bounds.from_output));
            [own("forward", a.bounds.forward), own("backward", a.bounds.backward)]
                .into_iter()
                .chain(from_output)
                .collect()
        }
        Op::Gate(gate) => {
            let name = |output: Output| if output == Output::Y { "forward".to_owned() } else { output.to_string() };
            Output::ALL.into_iter().map(|output| (name(output), gate.bound(output))).collect()
        }
        Op::RowFunction(row) if function.passes().len() == 1 => vec![own("forward", row.bounds.forward)],
        Op::RowFunction(row) => vec![own("forward", row.bounds.forward), own("backward", row.bounds.backward)],
        _ => vec![own("forward", 0.0), own("backward", 0.0)],
    }
}

/// The values of a parameter that gradients from the output take, where there are such and not all values will do.
pub(crate) fn narrower(function: &Op, param: &Param) -> Option<Range> {
    let from_output = matches!(function, Op::Activation(a) if a.has_output_derivative());
    let has = |[low, high]: &[f64; 2]| param.from_output.intervals.iter().any(|[from, to]| from <= low && high <= to);
    (from_output && !param.range.intervals.iter().all(has)).then_some(param.from_output)
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
