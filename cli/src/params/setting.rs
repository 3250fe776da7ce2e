//! Parameters as the command line names them.

use std::str::FromStr;

use anyhow::{Result, bail, ensure};

use crate::array::{self, ArrayPath, Scalar};
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
    File(ArrayPath),
}

impl FromStr for Setting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE or NAME=@FILE")?;
        let value = match value.strip_prefix('@') {
            Some(path) => Value::File(path.into()),
            None => Value::Number(number::parse(value)?),
        };
        Ok(Self { name: name.into(), value })
    }
}

impl Setting {
    pub(crate) fn of_number(name: &str, value: f32) -> Self {
        Self { name: name.to_owned(), value: Value::Number(value) }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The file that has its values.
    pub(crate) fn path(&self) -> Option<&ArrayPath> {
        if let Value::File(path) = &self.value { Some(path) } else { None }
    }

    /// Its value, which must be one number.
    pub(crate) fn number(&self, dtype: Scalar) -> Result<f32> {
        match &self.value {
            Value::Number(value) => Ok(*value),
            Value::File(path) => match array::read(path, dtype)?.data[..] {
                [value] => Ok(value),
                _ => bail!("parameter {} takes one number here", self.name),
            },
        }
    }
}

/// Fails where a name is given twice; `what` says what the names are of.
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
    pub(crate) path: ArrayPath,
}

impl FromStr for Target {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, path) = text.split_once('=').ok_or("expected NAME=FILE")?;
        Ok(Self { name: name.into(), path: path.into() })
    }
}
