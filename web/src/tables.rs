//! The catalogue and its texts.

use serde::Deserialize;
use serde_json::{Value, json};
use wgpu_activations::{Op, wgsl};
use wgpu_activations_harness::naive;

use super::text;

/// Every function: its name and aliases, kind, formula, parameters, passes and bounds.
pub(super) fn functions() -> Value {
    Op::all().into_iter().map(function).collect()
}

fn function(of: Op) -> Value {
    let params = of.params().iter().map(|param| {
        // No number is infinite in JSON.
        let ends = |[low, high]: &[f64; 2]| json!([low.max(f64::MIN), high.min(f64::MAX)]);
        json!({
            "name": param.name,
            "default": param.default.clamp(f64::MIN, f64::MAX),
            "doc": param.doc,
            "intervals": param.range.intervals.iter().map(ends).collect::<Vec<_>>(),
            "whole": param.range.whole,
            "trainable": param.gradient.is_some(),
        })
    });
    let (formula, derivative, note, paper) = match of {
        Op::Activation(a) => (a.formula, a.derivative, a.convention, a.paper),
        Op::Gate(g) => (g.formula, g.derivatives[0], g.convention, g.paper),
        Op::RowFunction(r) => (r.formula, r.derivative, r.convention, r.paper),
        _ => ("y = relu(x), relu(-x)", "", "", ""),
    };
    let family = match of {
        Op::Activation(_) => "activation",
        Op::Gate(_) => "gate",
        Op::RowFunction(_) => "row",
        _ => "doubling",
    };
    let bounds = match of {
        Op::Activation(a) => {
            json!(of.passes().into_iter().map(|pass| (pass.to_string(), a.bound(pass))).collect::<Vec<_>>())
        }
        Op::Gate(g) => json!([("y", g.bounds[0]), ("da", g.bounds[1]), ("db", g.bounds[2])]),
        _ => Value::Null,
    };
    json!({
        "name": of.name(),
        "aliases": of.aliases(),
        "family": family,
        "kind": of.kind(),
        "formula": formula,
        "derivative": derivative,
        "note": note,
        "paper": paper,
        "params": params.collect::<Vec<_>>(),
        "passes": of.passes().iter().map(ToString::to_string).collect::<Vec<_>>(),
        "bounds": bounds,
        "naive": naive::formula(of.name()),
    })
}

/// Functions as text for kernels of the asker's own.
#[derive(Debug, Deserialize)]
pub(super) struct Snippet {
    functions: Vec<String>,
    #[serde(default)]
    prefix: String,
}

impl Snippet {
    pub(super) fn text(&self) -> Result<Value, String> {
        let functions: Vec<Op> =
            self.functions.iter().map(|name| Op::find(name)).collect::<Result<_, _>>().map_err(text)?;
        let snippet = wgsl::snippet(&functions);
        let snippet = if self.prefix.is_empty() { snippet } else { snippet.prefix(&self.prefix).map_err(text)? };
        Ok(json!(snippet.to_string()))
    }
}
