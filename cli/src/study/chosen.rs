//! A function and its parameters, as a study's arguments name them.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use wgpu_activations::{Activation, Op};

use crate::number;

/// A function with values of its parameters.
pub(super) struct Chosen {
    pub(super) function: Op,
    /// All of them, or none for the defaults.
    pub(super) params: Vec<f32>,
}

impl Chosen {
    /// NAME, NAME:PARAM=VALUE,..., mix:NAME+NAME, or FILE.wgsl with as many parameters
    pub(super) fn parse(text: &str) -> Result<Self> {
        if let Some(end) =
            text.find(OWN).map(|at| at + OWN.len()).filter(|&end| matches!(text.get(end..=end), None | Some(":")))
        {
            return own(Path::new(&text[..end]), text.get(end + 1..));
        }
        if text.starts_with("mix:") {
            return Ok(Self { function: Activation::find(text)?.into(), params: Vec::new() });
        }
        let (name, settings) = text.split_once(':').map_or((text, None), |(name, settings)| (name, Some(settings)));
        let function = Op::find(name)?;
        ensure!(
            matches!(function, Op::Activation(_) | Op::Gate(_)),
            "{name} is no function of one number, nor a gate, which is what a study takes"
        );
        let Some(settings) = settings else { return Ok(Self { function, params: Vec::new() }) };
        let mut params: Vec<f32> = function.params().iter().map(|param| param.default as f32).collect();
        let mut given = Vec::new();
        for (name, value) in pairs(settings)? {
            let index = function.param_index(name)?;
            ensure!(!given.contains(&index), "{name} is given twice");
            given.push(index);
            params[index] = value;
        }
        Ok(Self { function, params })
    }

    /// The function where it is one of one number, as some studies ask for.
    pub(super) fn curve(&self) -> Result<&'static Activation> {
        match self.function {
            Op::Activation(of) => Ok(of),
            other => bail!("{} is a gate, and this study is of functions of one number", other.name()),
        }
    }
}

/// The ending of a file with a function of the user's own.
const OWN: &str = ".wgsl";

/// A function of the user's own, called as its file; it has the parameters that are given, in this order.
fn own(path: &Path, settings: Option<&str>) -> Result<Chosen> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
    let params = settings.map_or(Ok(Vec::new()), pairs)?;
    // One function for all values, so that several may stand side by side.
    let defaults: Vec<(&str, f64)> = params.iter().map(|&(name, _)| (name, 1.0)).collect();
    let function = Activation::custom(name, &text, &defaults).with_context(|| format!("in {}", path.display()))?;
    Ok(Chosen { function: function.into(), params: params.into_iter().map(|(_, value)| value).collect() })
}

/// PARAM=VALUE,...
fn pairs(settings: &str) -> Result<Vec<(&str, f32)>> {
    let mut pairs = Vec::new();
    for setting in settings.split(',') {
        let (name, value) = setting.split_once('=').with_context(|| format!("{setting:?} is not PARAM=VALUE"))?;
        pairs.push((name.trim(), number::parse(value).map_err(anyhow::Error::msg)?));
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_chosen_with_their_parameters() {
        let chosen = Chosen::parse("leaky_relu:negative_slope=0.5").unwrap();
        assert!(chosen.function.name() == "leaky_relu" && chosen.params == [0.5]);
        assert!(Chosen::parse("swish").unwrap().params.is_empty());
        let gate = Chosen::parse("swiglu_clamp:limit=5,alpha=2").unwrap();
        assert!(gate.function.name() == "swiglu_clamp" && gate.params == [2.0, 5.0, 0.0]);
        assert!(gate.curve().unwrap_err().to_string().contains("swiglu_clamp is a gate"));
        assert_eq!(Chosen::parse("mix:relu+tanh").unwrap().function.name(), "mix:relu+tanh");
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("ramped.wgsl");
        fs::write(
            &path,
            "fn ramped(x: f32, by: f32) -> f32 { return x + by; }\nfn ramped_dx(x: f32, by: f32) -> f32 { return 1.0; }",
        )
        .unwrap();
        let error = format!("{:#}", Chosen::parse(&path.display().to_string()).err().unwrap());
        assert!(error.contains("ramped.wgsl") && error.contains("ramped(x: f32) -> f32"), "{error}");
        let own = Chosen::parse(&format!("{}:by=2", path.display())).unwrap();
        assert!(own.function.name() == "ramped" && own.params == [2.0]);
        assert_eq!(Chosen::parse(&format!("{}:by=-3", path.display())).unwrap().params, [-3.0]);
        for (text, named) in [
            ("no/such.wgsl", "no/such.wgsl"),
            ("nonesuch", "nonesuch"),
            ("softmax", "softmax"),
            ("leaky_relu:slope=1", "slope"),
            ("leaky_relu:negative_slope", "negative_slope"),
            ("leaky_relu:negative_slope=x", "x"),
            ("leaky_relu:negative_slope=1,negative_slope=2", "twice"),
        ] {
            let error = Chosen::parse(text).err().unwrap().to_string();
            assert!(error.contains(named), "{text}: {error}");
        }
    }
}
