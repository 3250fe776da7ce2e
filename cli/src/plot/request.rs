//! What to draw: `NAME` or `NAME:PARAM=VALUE,...`.

use anyhow::{Context, Result, anyhow, bail};
use wgpu_activations::{Activation, Op, With};

use crate::number;
use crate::params::once;

/// A function with its parameter values.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) activation: &'static Activation,
    pub(super) function: With<'static>,
    /// The name, with the parameters that differ from their defaults.
    pub(super) label: String,
}

impl Request {
    pub(super) fn new(a: &'static Activation, function: With<'static>) -> Self {
        let changed = a.params.iter().zip(function.params()).filter(|(param, value)| param.default as f32 != **value);
        let changed: Vec<String> =
            changed.map(|(param, &value)| format!("{} = {}", param.name, number::signed(value))).collect();
        let label = if changed.is_empty() { a.name.to_owned() } else { format!("{} ({})", a.name, changed.join(", ")) };
        Self { activation: a, function, label }
    }

    /// Every named function, once.
    pub(super) fn all(texts: &[String]) -> Result<Vec<Self>> {
        let mut requests: Vec<Self> = Vec::new();
        for text in texts {
            let request = Self::parse(text)?;
            if !requests.iter().any(|known| known.label == request.label) {
                requests.push(request);
            }
        }
        Ok(requests)
    }

    fn parse(text: &str) -> Result<Self> {
        let (name, settings) = text.split_once(':').map_or((text, None), |(name, rest)| (name, Some(rest)));
        let activation = match Op::find(name)? {
            Op::Activation(activation) => activation,
            other => bail!(
                "cannot plot {}, a {} function: only elementwise functions have a curve",
                other.name(),
                other.kind()
            ),
        };
        let (mut function, mut names) = (activation.function(), Vec::new());
        for setting in settings.into_iter().flat_map(|settings| settings.split(',')) {
            let (param, value) =
                setting.split_once('=').with_context(|| format!("{text}: expected PARAM=VALUE after the colon"))?;
            let value = number::parse(value).map_err(|error| anyhow!("{text}: {error}"))?;
            function = function.set(param.trim(), value)?;
            names.push(param.trim());
        }
        once("parameter", names).with_context(|| text.to_owned())?;
        Ok(Self::new(activation, function))
    }

    /// The parameter values as the reference takes them.
    pub(super) fn values(&self) -> Vec<f64> {
        self.function.params().iter().map(|&value| value.into()).collect()
    }
}
