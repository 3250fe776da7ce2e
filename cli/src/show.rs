//! `activations show`: all about one function, or its WGSL.

use std::fmt::Write;

use anyhow::Result;
use clap::Args;
use wgpu_activations::activation::{Kinks, Param};
use wgpu_activations::{Activation, Op, wgsl};

use crate::catalogue::{bounds, narrower, passes};
use crate::dtype::Dtype;
use crate::kernel::Kernel;
use crate::number;
use crate::text;

#[derive(Args)]
pub(crate) struct ShowArgs {
    /// Name or alias of the function, as any framework spells it
    name: String,
    /// Print the function, its derivatives and their helpers as WGSL to paste into a shader
    #[arg(long)]
    wgsl: bool,
    /// Prefix of every name in the WGSL
    #[arg(long, requires = "wgsl")]
    prefix: Option<String>,
    /// Print the complete kernel of a pass: forward, backward or backward_from_output, each also
    /// with _in_place at its end, param_gradient or param_gradient:PARAMETER
    #[arg(long, value_name = "PASS", conflicts_with = "wgsl")]
    kernel: Option<Kernel>,
    /// Storage type of the kernel's tensors
    #[arg(long, value_enum, default_value_t, requires = "kernel")]
    dtype: Dtype,
}

pub(crate) fn show(args: &ShowArgs) -> Result<()> {
    let function = Op::find(&args.name)?;
    if let Some(kernel) = &args.kernel {
        return print_wgsl(&kernel.spec(&function)?.storage(args.dtype.storage()).wgsl()?);
    }
    if args.wgsl {
        let snippet = wgsl::snippet(&[function]);
        let snippet = match &args.prefix {
            Some(prefix) => snippet.prefix(prefix)?,
            None => snippet,
        };
        return print_wgsl(&snippet.to_string());
    }
    text::print(describe(&function)?)
}

/// Prints a shader, ended by one line feed.
fn print_wgsl(wgsl: &str) -> Result<()> {
    text::print(format_args!("{}\n", wgsl.trim_end()))
}

/// What there is to say of a function: labels, and texts that may be empty.
fn lines(function: &Op) -> Vec<(&'static str, String)> {
    let owned = |lines: &[(&'static str, &str)]| lines.iter().map(|&(label, text)| (label, text.to_owned())).collect();
    match function {
        Op::Activation(a) => elementwise(a),
        Op::Gate(gate) => owned(&[
            ("f(a, b)", gate.formula),
            ("df/da", gate.derivatives[0]),
            ("df/db", gate.derivatives[1]),
            ("conventions", gate.convention),
            ("paper", gate.paper),
        ]),
        Op::Doubling(doubling) => owned(&[
            ("f(x)", doubling.formula),
            ("dx", doubling.derivative),
            ("conventions", doubling.convention),
            ("paper", doubling.paper),
        ]),
        Op::RowFunction(row) => owned(&[
            ("y_i", row.formula),
            ("dx_i", row.derivative),
            ("conventions", row.convention),
            ("paper", row.paper),
        ]),
        _ => Vec::new(),
    }
}

fn elementwise(a: &Activation) -> Vec<(&'static str, String)> {
    let others = Kinks::ALL.into_iter().filter(|&k| a.differs(k)).map(|k| format!("{}_dx_{k}", a.name));
    let roots = a.roots.as_ref().map_or(String::new(), |roots| {
        let defaults: Vec<f64> = a.params.iter().map(|param| param.default).collect();
        let near = (roots.near)(&defaults).into_iter().map(|root| format!("{root:.3}"));
        let near = near.collect::<Vec<_>>().join(", ");
        format!("{near}; within 1 of it errors count in ULP of the largest term")
    });
    vec![
        ("f(x)", a.formula.to_owned()),
        ("f'(x)", a.derivative.to_owned()),
        ("gradient", a.surrogate.unwrap_or_default().to_owned()),
        ("conventions", a.convention.to_owned()),
        ("at kinks", others.collect::<Vec<_>>().join(", ")),
        ("roots of f'", roots),
        ("paper", a.paper.to_owned()),
    ]
}

/// The range of a parameter, and that for gradients from the output where it is narrower.
fn values(function: &Op, param: &Param) -> String {
    let range = format!("{}{}", if param.range.whole { "" } else { "in " }, param.range);
    let narrower = narrower(function, param).map(|range| format!(" (from the output: {range})"));
    range + &narrower.unwrap_or_default()
}

fn describe(function: &Op) -> Result<String> {
    let mut out = format!("{} ({})\n", function.name(), function.kind());
    let mut entry = |label: &str, value: &str| {
        if value.is_empty() { Ok(()) } else { writeln!(out, "  {label:<12}{value}") }
    };
    entry("aliases", &function.aliases().join(", "))?;
    for (label, text) in lines(function) {
        entry(label, &text)?;
    }
    for param in function.params() {
        let trainable = if param.trainable() { ", trainable" } else { "" };
        let default = number::short(param.default as f32);
        entry(
            "parameter",
            &format!("{} = {default}{trainable}, {}: {}", param.name, values(function, param), param.doc),
        )?;
    }
    entry("passes", &passes(function).join(", "))?;
    let bounds = bounds(function).into_iter().map(|(name, bound)| format!("{} {bound} ULP", name.replace('_', " ")));
    entry("bounds", &bounds.collect::<Vec<_>>().join(", "))?;
    Ok(out)
}
