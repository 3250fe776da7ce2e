//! What is said of parameters on the command line.

use std::str::FromStr;

use anyhow::{Result, ensure};

use crate::array::{self, Place, Scalar};
use crate::number;

/// `NAME=VALUE` or `NAME=@FILE`.
#[derive(Clone)]
pub(crate) struct Setting {
    pub(super) name: String,
    pub(super) value: Value,
}

#[derive(Clone)]
pub(super) enum Value {
    Number(f32),
    File(Place),
}

impl FromStr for Setting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, value) = text.split_once('=').ok_or("NAME=VALUE or NAME=@FILE belongs here")?;
        let value = match value.strip_prefix('@') {
            Some(place) => Value::File(place.into()),
            None => Value::Number(number::parse(value)?),
        };
        Ok(Self { name: name.into(), value })
    }
}

impl Setting {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The file that its values are in.
    pub(crate) fn place(&self) -> Option<&Place> {
        if let Value::File(place) = &self.value { Some(place) } else { None }
    }

    /// The name and its value, which must be one number.
    pub(crate) fn number(&self, command: Scalar) -> Result<(&str, f32)> {
        let value = match &self.value {
            Value::Number(value) => *value,
            Value::File(place) => match array::read(place, command)?.data[..] {
                [value] => value,
                _ => anyhow::bail!("parameter {} is one number here", self.name),
            },
        };
        Ok((&self.name, value))
    }
}

/// Fails where one name comes twice; `what` says what the names are of.
pub(crate) fn once<'a>(what: &str, names: impl IntoIterator<Item = &'a str>) -> Result<()> {
    let mut seen = Vec::new();
    for name in names {
        ensure!(!seen.contains(&name), "{what} {name} is given twice");
        seen.push(name);
    }
    Ok(())
}

/// `NAME=FILE`.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) place: Place,
}

impl FromStr for Target {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, place) = text.split_once('=').ok_or("NAME=FILE belongs here")?;
        Ok(Self { name: name.into(), place: place.into() })
    }
}
