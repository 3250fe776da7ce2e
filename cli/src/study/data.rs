//! What nets learn from.

use anyhow::{Result, bail, ensure};
use wgpu_activations_studies::Table;

use crate::array::{self, ArrayPath, Scalar, tuple};

/// The rows of a name, or of a file with the classes of another.
pub(super) fn read(data: &ArrayPath, labels: Option<&ArrayPath>) -> Result<Table> {
    let named = data.to_string();
    let Some(labels) = labels else {
        return match named.as_str() {
            "digits" => Ok(Table::digits()),
            "xor" => Ok(Table::xor()),
            _ => bail!("--data is digits, xor, or a file, whose classes --labels names; {named} has none"),
        };
    };
    let rows = array::read::<f32>(data, Scalar::F32)?;
    let classes = array::read::<f32>(labels, Scalar::F32)?;
    ensure!(
        rows.shape.first() == Some(&classes.data.len()),
        "{named} has shape {}, so {labels} wants a class for each row, but has shape {}",
        tuple(&rows.shape),
        tuple(&classes.shape)
    );
    let class = |(row, &class): (usize, &f32)| {
        let whole = class.fract() == 0.0 && (0.0..10_000.0).contains(&class);
        ensure!(whole, "row {row} of {labels} is {class}: classes are whole numbers from 0 to 9999");
        Ok(class as u32)
    };
    let classes = classes.data.iter().enumerate().map(class).collect::<Result<Vec<_>>>()?;
    let features = rows.shape[1..].iter().product();
    Ok(Table::new(features, rows.data, classes)?)
}
