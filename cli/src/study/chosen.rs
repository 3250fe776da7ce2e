//! A function and its parameters, as a study's arguments name them.

use anyhow::{Context, Result, bail, ensure};
use wgpu_activations::{Activation, Op};

use crate::number;

/// A function with values of its parameters.
pub(super) struct Chosen {
    pub(super) function: &'static Activation,
    /// All of them, or none for the defaults.
    pub(super) params: Vec<f32>,
}

impl Chosen {
    /// NAME, NAME:PARAM=VALUE,... or mix:NAME+NAME
    pub(super) fn parse(text: &str) -> Result<Self> {
        if text.starts_with("mix:") {
            return Ok(Self { function: Activation::find(text)?, params: Vec::new() });
        }
        let (name, settings) = text.split_once(':').map_or((text, None), |(name, settings)| (name, Some(settings)));
        let Op::Activation(function) = Op::find(name)? else {
            bail!("{name} is no function of one number, which is what a study takes");
        };
        let Some(settings) = settings else { return Ok(Self { function, params: Vec::new() }) };
        let mut params: Vec<f32> = function.params.iter().map(|param| param.default as f32).collect();
        let mut given = Vec::new();
        for setting in settings.split(',') {
            let (name, value) = setting.split_once('=').with_context(|| format!("{setting:?} is not PARAM=VALUE"))?;
            let index = function.param_index(name.trim())?;
            ensure!(!given.contains(&index), "{name} is given twice");
            given.push(index);
            params[index] = number::parse(value).map_err(anyhow::Error::msg)?;
        }
        Ok(Self { function, params })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_chosen_with_their_parameters() {
        let chosen = Chosen::parse("leaky_relu:negative_slope=0.5").unwrap();
        assert!(chosen.function.name == "leaky_relu" && chosen.params == [0.5]);
        assert!(Chosen::parse("swish").unwrap().params.is_empty());
        assert_eq!(Chosen::parse("mix:relu+tanh").unwrap().function.name, "mix:relu+tanh");
        for (text, named) in [
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
