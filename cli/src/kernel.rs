//! Kernels as options name them.

use std::str::FromStr;

use anyhow::{Context, Result, bail};
use wgpu_activations::{Op, Spec};

/// A kernel by its pass: forward, backward, both or backward_from_output, each also with _in_place at its end, param_gradient or
/// param_gradient:PARAMETER; and what stands around the function, as forward+bias+scale:rows+residual, in the
/// words that a spec is written in.
#[derive(Clone)]
pub(crate) struct Kernel {
    pass: KernelPass,
    in_place: bool,
    /// Words of a spec.
    around: Vec<String>,
}

#[derive(Clone)]
enum KernelPass {
    Forward,
    Backward,
    Both,
    BackwardFromOutput,
    /// Of the parameter named, or of the first trainable one.
    ParamGradient(Option<String>),
}

impl FromStr for Kernel {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (text, around) = text.split_once('+').unwrap_or((text, ""));
        let around = around.split('+').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        let out_of_place = text.strip_suffix("_in_place");
        let pass = match out_of_place.unwrap_or(text) {
            "forward" => KernelPass::Forward,
            "backward" => KernelPass::Backward,
            "both" => KernelPass::Both,
            "backward_from_output" => KernelPass::BackwardFromOutput,
            "param_gradient" => KernelPass::ParamGradient(None),
            other => match other.strip_prefix("param_gradient:") {
                Some(name) => KernelPass::ParamGradient(Some(name.into())),
                None => return Err("unknown pass; `--help` names them"),
            },
        };
        Ok(Self { pass, in_place: out_of_place.is_some(), around })
    }
}

impl Kernel {
    /// What it computes with a function.
    pub(crate) fn spec(&self, function: &Op) -> Result<Spec> {
        let name = function.name();
        let spec = match (&self.pass, function) {
            (KernelPass::Forward, _) => Spec::forward(*function),
            (KernelPass::Backward, _) => Spec::backward(*function),
            (KernelPass::Both, _) => Spec::both(*function),
            (KernelPass::BackwardFromOutput, Op::Activation(a)) => Spec::backward_from_output(a),
            (KernelPass::BackwardFromOutput, _) => bail!("{name} has no kernel for the gradient from its output"),
            (KernelPass::ParamGradient(param), Op::Activation(a)) => {
                let trainable = || a.params.iter().find(|param| param.trainable());
                let param = param.as_deref().or_else(|| trainable().map(|param| param.name));
                Spec::param_gradient(a, param.with_context(|| format!("{name} has no trainable parameter"))?)?
            }
            (KernelPass::ParamGradient(_), _) => bail!("{name} has no trainable parameter"),
        };
        let spec = if self.in_place { spec.in_place() } else { spec };
        Ok(self.around.iter().try_fold(spec, |spec, word| spec.worded(word))?)
    }
}
