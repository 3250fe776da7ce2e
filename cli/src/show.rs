//! `activations show`: all about one function, or its text.

use std::fmt::Write;
use std::str::FromStr;

use anyhow::{Context, Result};
use clap::Args;
use wgpu_activations::activation::{Kinks, find};
use wgpu_activations::{Activation, Spec, wgsl};

use crate::list::passes;
use crate::number;
use crate::text;

#[derive(Args)]
pub(crate) struct ShowArgs {
    /// Name or alias of the function
    name: String,
    /// Print the function, its derivatives and their helpers as WGSL to paste into a shader
    #[arg(long)]
    wgsl: bool,
    /// Begin every name of the WGSL with this
    #[arg(long, requires = "wgsl")]
    prefix: Option<String>,
    /// Print the complete kernel of a pass: forward, backward or backward_from_output, each also
    /// with _in_place at its end, param_gradient or param_gradient:PARAMETER
    #[arg(long, value_name = "PASS", conflicts_with = "wgsl")]
    kernel: Option<Kernel>,
}

/// A kernel as `--kernel` names it.
#[derive(Clone)]
struct Kernel {
    pass: KernelPass,
    in_place: bool,
}

#[derive(Clone)]
enum KernelPass {
    Forward,
    Backward,
    BackwardFromOutput,
    /// Of the parameter named, or of the first trainable one.
    ParamGradient(Option<String>),
}

impl FromStr for Kernel {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let out_of_place = text.strip_suffix("_in_place");
        let pass = match out_of_place.unwrap_or(text) {
            "forward" => KernelPass::Forward,
            "backward" => KernelPass::Backward,
            "backward_from_output" => KernelPass::BackwardFromOutput,
            "param_gradient" => KernelPass::ParamGradient(None),
            other => match other.strip_prefix("param_gradient:") {
                Some(name) => KernelPass::ParamGradient(Some(name.into())),
                None => return Err("unknown pass; `--help` names them"),
            },
        };
        Ok(Self { pass, in_place: out_of_place.is_some() })
    }
}

impl Kernel {
    fn spec(&self, activation: &'static Activation) -> Result<Spec> {
        let spec = match &self.pass {
            KernelPass::Forward => Spec::forward(activation),
            KernelPass::Backward => Spec::backward(activation),
            KernelPass::BackwardFromOutput => Spec::backward_from_output(activation),
            KernelPass::ParamGradient(name) => {
                let trainable = || activation.params.iter().find(|param| param.trainable());
                let name = name.as_deref().or_else(|| trainable().map(|param| param.name));
                let none = || format!("{} has no trainable parameter", activation.name);
                Spec::param_gradient(activation, name.with_context(none)?)?
            }
        };
        Ok(if self.in_place { spec.in_place() } else { spec })
    }
}

pub(crate) fn show(args: &ShowArgs) -> Result<()> {
    let activation = find(&args.name)?;
    if let Some(kernel) = &args.kernel {
        return print_text(&kernel.spec(activation)?.wgsl()?);
    }
    if args.wgsl {
        let snippet = wgsl::snippet(&[activation]);
        let snippet = match &args.prefix {
            Some(prefix) => snippet.prefix(prefix)?,
            None => snippet,
        };
        return print_text(&snippet.to_string());
    }
    text::print(describe(activation)?)
}

/// Prints a shader, ended by one line feed.
fn print_text(wgsl: &str) -> Result<()> {
    text::print(format_args!("{}\n", wgsl.trim_end()))
}

fn describe(activation: &'static Activation) -> Result<String> {
    let mut out = format!("{} ({})\n", activation.name, activation.kind);
    let mut entry = |label: &str, value: &str| {
        if value.is_empty() { Ok(()) } else { writeln!(out, "  {label:<12}{value}") }
    };
    entry("aliases", &activation.aliases.join(", "))?;
    entry("f(x)", activation.formula)?;
    entry("f'(x)", activation.derivative)?;
    for param in activation.params {
        let trainable = if param.trainable() { ", trainable" } else { "" };
        let default = number::short(param.default as f32);
        entry("parameter", &format!("{} = {default}{trainable}: {}", param.name, param.doc))?;
    }
    entry("gradient", activation.surrogate.unwrap_or_default())?;
    entry("conventions", activation.convention)?;
    let others =
        Kinks::ALL.into_iter().filter(|&k| activation.differs(k)).map(|k| format!("{}_dx_{k}", activation.name));
    entry("at kinks", &others.collect::<Vec<_>>().join(", "))?;
    if let Some(roots) = &activation.roots {
        let defaults: Vec<f64> = activation.params.iter().map(|param| param.default).collect();
        let near = (roots.near)(&defaults).into_iter().map(|root| format!("{root:.3}"));
        let near = near.collect::<Vec<_>>().join(", ");
        let meaning = "within 1 of it errors count in ULP of the largest term";
        entry("roots of f'", &format!("{near}; {meaning}"))?;
    }
    entry("paper", activation.paper)?;
    entry("passes", &passes(activation).join(", "))?;
    let bounds = &activation.bounds;
    entry("bounds", &format!("forward {} ULP, backward {} ULP", bounds.forward, bounds.backward))?;
    if activation.has_output_derivative() {
        entry("", &format!("backward from the output {} ULP", bounds.from_output))?;
    }
    Ok(out)
}
