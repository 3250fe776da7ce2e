//! The parameters of `run`: numbers, or one value per channel from a file.

use std::path::PathBuf;
use std::str::FromStr;

use anyhow::{Result, bail, ensure};
use wgpu_activations::activation::Kinks;
use wgpu_activations::{Activation, Extent, Function};

use crate::npy;

/// `NAME=VALUE` or `NAME=@FILE`.
#[derive(Clone)]
pub(crate) struct Setting {
    name: String,
    value: Value,
}

#[derive(Clone)]
enum Value {
    Number(f32),
    File(PathBuf),
}

impl FromStr for Setting {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, value) = text.split_once('=').ok_or("NAME=VALUE or NAME=@FILE belongs here")?;
        let value = match value.strip_prefix('@') {
            Some(path) => Value::File(path.into()),
            None => Value::Number(value.parse().map_err(|_| "the value is not a number")?),
        };
        Ok(Self { name: name.into(), value })
    }
}

/// `NAME=FILE`.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) path: PathBuf,
}

impl FromStr for Target {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, path) = text.split_once('=').ok_or("NAME=FILE belongs here")?;
        Ok(Self { name: name.into(), path: path.into() })
    }
}

/// The parameters of one call.
pub(crate) struct Params {
    function: Function<'static>,
    channels: Option<Channels>,
}

struct Channels {
    /// Parameter after parameter, one value per channel each.
    values: Vec<f32>,
    /// For each parameter, whether its file gave it a value per channel.
    varies: Vec<bool>,
    extent: Extent,
}

impl Params {
    /// Reads the settings for an array of `shape`. Where a file gives a value per channel, every
    /// parameter is passed per channel and the others repeat theirs.
    pub(crate) fn resolve(
        activation: &'static Activation,
        settings: &[Setting],
        shape: &[usize],
        axis: Option<isize>,
    ) -> Result<Self> {
        let mut function = activation.function();
        let mut files = vec![None; activation.params.len()];
        let mut seen = Vec::new();
        for Setting { name, value } in settings {
            let index = activation.param_index(name)?;
            ensure!(!seen.contains(&index), "parameter {name} is given twice");
            seen.push(index);
            match value {
                Value::Number(number) => function = function.set(name, *number)?,
                Value::File(path) => {
                    let values = npy::read(path)?.data;
                    match values[..] {
                        [value] => function = function.set(name, value)?,
                        _ => files[index] = Some(values),
                    }
                }
            }
        }
        let axis = axis.map(|axis| Extent::along(shape, axis)).transpose()?;
        if files.iter().all(Option::is_none) {
            return Ok(Self { function, channels: None });
        }
        let extent = match axis {
            Some(extent) => extent,
            None => Extent::along(shape, isize::from(shape.len() >= 2))?,
        };
        let channels = extent.channels as usize;
        let mut values = Vec::with_capacity(files.len() * channels);
        for ((file, param), &scalar) in files.iter().zip(activation.params).zip(function.params()) {
            match file {
                None => values.resize(values.len() + channels, scalar),
                Some(file) if file.len() == channels => values.extend(file),
                Some(file) => bail!(
                    "parameter {} has {} values for {channels} channels of shape {}",
                    param.name,
                    file.len(),
                    npy::tuple(shape)
                ),
            }
        }
        let varies = files.iter().map(Option::is_some).collect();
        Ok(Self { function, channels: Some(Channels { values, varies, extent }) })
    }

    /// The same with a system's gradients at kinks.
    pub(crate) fn kinks(self, kinks: Kinks) -> Self {
        Self { function: self.function.kinks(kinks), ..self }
    }

    /// The number of elements after which the channels begin again: data may be cut at its
    /// multiples.
    pub(crate) fn row(&self) -> usize {
        self.channels.as_ref().map_or(1, |Channels { extent, .. }| (extent.channels * extent.inner) as usize)
    }

    /// The function for a piece of `len` elements, a multiple of the row.
    pub(crate) fn function(&self, len: usize) -> Function<'_> {
        match &self.channels {
            None => self.function.clone(),
            Some(Channels { values, extent, .. }) => {
                let outer = len as u64 / (extent.channels * extent.inner).max(1);
                self.function.clone().per_channel(values, Extent { outer, ..*extent })
            }
        }
    }

    /// The gradient of parameter `index` in the form the parameter was given in: a value per
    /// channel, or their sum for one that does not vary.
    pub(crate) fn gradient(&self, index: usize, per_channel: Vec<f32>) -> Vec<f32> {
        match &self.channels {
            Some(channels) if !channels.varies[index] => {
                vec![per_channel.iter().map(|&value| f64::from(value)).sum::<f64>() as f32]
            }
            _ => per_channel,
        }
    }
}
