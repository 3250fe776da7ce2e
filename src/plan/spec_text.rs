//! Specs as text, for logs, caches and command lines.

use std::fmt;
use std::str::FromStr;

use super::{Reduction, Spec};
use crate::error::{Error, Result};
use crate::function::{Kinks, Op};
use crate::tensor::{Pass, Storage};

impl fmt::Display for Spec {
    /// The function, the pass, and whatever differs from the usual, in words divided by blanks.
    ///
    /// ```
    /// use wgpu_activations::{Halves, Spec, Storage, activation::PRELU, gate::SWIGLU};
    /// let spec = Spec::param_gradient(&PRELU, "weight")?.per_channel().storage(Storage::F16);
    /// assert_eq!(spec.to_string(), "prelu param_gradient:weight f16->f32 per_channel");
    /// assert_eq!(Spec::forward(&SWIGLU).halves(Halves::Split).to_string(), "swiglu forward halves:split");
    /// assert_eq!("prelu backward bf16 in_place".parse::<Spec>()?.to_string(), "prelu backward bf16 in_place");
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.name())?;
        match self.pass {
            Pass::ParamGradient(k) => {
                write!(f, "param_gradient:{}", self.of.params().get(k).map_or("", |param| param.name))?;
            }
            Pass::Backward if self.value => f.write_str("both")?,
            pass => write!(f, "{pass}")?,
        }
        match (self.input, self.output) {
            (Storage::F32, Storage::F32) => {}
            (input, output) if input == output => write!(f, " {input}")?,
            (input, output) => write!(f, " {input}->{output}")?,
        }
        let halves = self.halves.map(|halves| format!("halves:{halves}"));
        let kinks = (self.kinks != Kinks::Torch).then(|| format!("kinks:{}", self.kinks));
        let flag = |is: bool, word: &str| is.then(|| word.to_owned());
        let words = [
            flag(self.per_channel, "per_channel"),
            flag(self.in_place, "in_place"),
            flag(self.accumulate, "accumulate"),
            flag(self.neighbours.bias, "bias"),
            flag(self.neighbours.bias_gradient, "bias_gradient"),
            flag(self.neighbours.residual, "residual"),
            self.neighbours.scale.map(|of| format!("scale:{of}")),
            flag(self.neighbours.scale_gradient, "scale_gradient"),
            (self.attention.heads != 1).then(|| format!("heads:{}", self.attention.heads)),
            flag(self.attention.softcap, "softcap"),
            self.attention.mask.map(|mask| format!("mask:{mask}")),
            flag(self.attention.slopes, "slopes"),
            flag(self.attention.sinks, "sinks"),
            flag(self.attention.sink_gradient, "sink_gradient"),
            self.quantized.map(|groups| format!("quantized:{groups}")),
            self.dequantized.map(|groups| format!("dequantized:{groups}")),
            (self.experts != 0).then(|| format!("experts:{}", self.experts)),
            (self.top.count != 1).then(|| format!("top:{}", self.top.count)),
            flag(self.top.renormalized, "renormalized"),
            (self.reduction != Reduction::Mean).then(|| format!("reduction:{}", self.reduction)),
            halves,
            kinks,
        ];
        words.into_iter().flatten().try_for_each(|word| write!(f, " {word}"))
    }
}

impl FromStr for Spec {
    type Err = Error;

    /// The spec that [`Display`](fmt::Display) writes so; the function by any of its names. Custom functions have none.
    fn from_str(text: &str) -> Result<Self> {
        let mut words = text.split_whitespace();
        let of = Op::find(words.next().ok_or_else(|| wrong(text))?)?;
        let pass = words.next().ok_or_else(|| wrong(text))?;
        let spec = match (pass, pass.strip_prefix("param_gradient:"), of) {
            (_, Some(name), Op::Activation(a)) => Self::param_gradient(a, name)?,
            ("backward_from_output", _, Op::Activation(a)) => Self::backward_from_output(a),
            ("both", ..) => Self::both(of),
            ("forward", ..) => Self::forward(of),
            ("backward", ..) => Self::backward(of),
            _ => return Err(wrong(pass)),
        };
        words.try_fold(spec, Self::worded)
    }
}

impl Spec {
    /// The same with what a word says that [`Display`](fmt::Display) writes behind function and pass.
    ///
    /// ```
    /// use wgpu_activations::{Spec, activation::GELU};
    /// assert_eq!(Spec::forward(&GELU).worded("bias")?, Spec::forward(&GELU).bias());
    /// assert!(Spec::forward(&GELU).worded("scale:columns").is_err());
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Unsupported`] for a word that is none of these.
    pub fn worded(self, word: &str) -> Result<Self> {
        let number = |text: &str| text.parse().map_err(|_| wrong(word));
        Ok(match (word, word.split_once("->"), word.split_once(':')) {
            ("per_channel", ..) => self.per_channel(),
            ("in_place", ..) => self.in_place(),
            ("accumulate", ..) => self.accumulate(),
            ("bias", ..) => self.bias(),
            ("bias_gradient", ..) => self.bias_gradient(),
            ("residual", ..) => self.residual(),
            ("scale_gradient", ..) => self.scale_gradient(),
            ("softcap", ..) => self.softcap(),
            ("slopes", ..) => self.slopes(),
            ("sinks", ..) => self.sinks(),
            ("sink_gradient", ..) => self.sink_gradient(),
            ("renormalized", ..) => self.renormalized(),
            (_, Some((input, output)), _) => self.storages(input.parse()?, output.parse()?),
            (.., Some(("heads", heads))) => self.heads(number(heads)?),
            (.., Some(("top", count))) => self.top(number(count)?),
            (.., Some(("experts", count))) => self.experts(number(count)?),
            (.., Some(("quantized", groups))) => self.quantized(groups.parse()?),
            (.., Some(("dequantized", groups))) => self.dequantized(groups.parse()?),
            (.., Some(("reduction", kind))) => self.reduction(kind.parse()?),
            (.., Some(("mask", mask))) => self.mask(mask.parse()?),
            (.., Some(("halves", order))) => self.halves(order.parse()?),
            (.., Some(("scale", of))) => self.scale(of.parse()?),
            (.., Some(("kinks", system))) => self.kinks(system.parse()?),
            _ => self.storage(word.parse().map_err(|_| wrong(word))?),
        })
    }
}

fn wrong(word: &str) -> Error {
    let reason = format!(
        "{word:?} is no part of a spec: FUNCTION PASS [STORAGE or INPUT->OUTPUT] [per_channel] [in_place] [accumulate] [bias] \
         [bias_gradient] [residual] [scale:OF] [scale_gradient] [halves:ORDER] [kinks:SYSTEM] [heads:N] [softcap] [mask:KIND] [slopes] [sinks] \
         [sink_gradient] [reduction:KIND] [top:K] [experts:N] [renormalized] [quantized:GROUPS] [dequantized:GROUPS]"
    );
    Error::Unsupported { reason }
}
