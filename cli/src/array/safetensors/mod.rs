//! Files of named tensors, .safetensors: reads floats, integers and BOOL at any offset, and writes floats.
//!
//! As with .npy files, a header is not trusted: its length is capped, and the tensors that it lists must match the size of the
//! file before anything is allocated.

mod header;

use std::collections::HashMap;
use std::io::Read;

use anyhow::{Context, Result, bail, ensure};
use safetensors::tensor::{Dtype as Kind, Metadata, TensorInfo};

use super::layout::{Layout, take, take_vec};
use super::scalar::Scalar;
use super::shape::count;

/// The limit of the reference implementation.
const MAX_HEADER: u64 = 100_000_000;

/// The types of tensors that can be read.
const KINDS: [(Kind, Scalar); 13] = [
    (Kind::F16, Scalar::F16),
    (Kind::BF16, Scalar::Bf16),
    (Kind::F32, Scalar::F32),
    (Kind::F64, Scalar::F64),
    (Kind::BOOL, Scalar::Bool),
    (Kind::I8, Scalar::I8),
    (Kind::I16, Scalar::I16),
    (Kind::I32, Scalar::I32),
    (Kind::I64, Scalar::I64),
    (Kind::U8, Scalar::U8),
    (Kind::U16, Scalar::U16),
    (Kind::U32, Scalar::U32),
    (Kind::U64, Scalar::U64),
];

/// The header of a file.
#[derive(Debug)]
pub(super) struct Contents {
    /// Comments by their keys.
    pub(super) comments: Option<HashMap<String, String>>,
    pub(super) tensors: Vec<(String, TensorInfo)>,
    /// The offset of the first tensor's first byte.
    pub(super) start: u64,
}

/// Reads the header of a file of `len` bytes.
pub(super) fn contents(mut file: impl Read, len: u64) -> Result<Contents> {
    let header_len = u64::from_le_bytes(take(&mut file, "the header's length")?);
    ensure!(header_len <= MAX_HEADER, "a header of {header_len} bytes; at most {MAX_HEADER} are read");
    let start = 8 + header_len;
    let data_len = len.checked_sub(start).context("the file ends inside its header")?;
    let text = take_vec(&mut file, header_len as usize, "its header")?;
    let (comments, mut tensors) = header::parse(&text)?;
    tensors.sort_by_key(|(_, info)| info.data_offsets);
    // This fails for gaps and overlaps, and for offsets that do not fit the shapes.
    let valid = Metadata::new(None, tensors.clone()).map_err(header::clipped)?;
    let needed = valid.data_len() as u64;
    ensure!(data_len == needed, "its tensors need {needed} bytes of data, the file has {data_len}");
    Ok(Contents { comments, tensors, start })
}

/// Where the named tensor, or the only one, lies in a file of `len` bytes.
pub(super) fn layout(file: impl Read, len: u64, name: Option<&str>) -> Result<Layout> {
    let Contents { tensors, start, .. } = contents(file, len)?;
    let (name, info) = match (name, &tensors[..]) {
        (Some(name), all) => all
            .iter()
            .find(|(known, _)| known == name)
            .with_context(|| format!("it has no tensor {}; it has {}", header::quoted(name), header::names(all)))?,
        (None, [only]) => only,
        (None, []) => bail!("it has no tensors"),
        (None, all) => bail!("use FILE:NAME to select one of its tensors: {}", header::names(all)),
    };
    let known = KINDS.iter().find(|(kind, _)| *kind == info.dtype);
    let &(_, dtype) = known.with_context(|| {
        format!("tensor {} is of {:?}; use F16, BF16, F32, F64, BOOL or integers", header::quoted(name), info.dtype)
    })?;
    let (shape, start) = (info.shape.clone(), start + info.data_offsets.0 as u64);
    Ok(Layout { dtype, big_endian: false, fortran_order: false, count: count(&shape)?, shape, start })
}

/// Fails for a name that a tensor cannot have.
pub(super) fn check_name(name: &str) -> Result<()> {
    ensure!(!name.is_empty() && name != header::COMMENTS, "{name:?} cannot be a tensor's name");
    Ok(())
}

/// A tensor as it is written; [`encode`] finds its offset.
pub(super) fn tensor(shape: &[usize], dtype: Scalar) -> TensorInfo {
    // Results are floats, all of which are in the list.
    let kind = KINDS.iter().find(|(_, scalar)| *scalar == dtype).map_or(Kind::U16, |(kind, _)| *kind);
    let bytes = shape.iter().product::<usize>() * dtype.size();
    TensorInfo { dtype: kind, shape: shape.to_vec(), data_offsets: (0, bytes) }
}

/// Everything before the data, and for each tensor the offset of its first byte in the file.
pub(super) fn encode(
    comments: Option<HashMap<String, String>>,
    tensors: &[(String, TensorInfo)],
) -> Result<(Vec<u8>, Vec<u64>)> {
    // Large elements come first, so that all are aligned.
    let mut order: Vec<usize> = (0..tensors.len()).collect();
    order.sort_by(|&i, &j| {
        let ((name, info), (other, than)) = (&tensors[i], &tensors[j]);
        than.dtype.cmp(&info.dtype).then_with(|| name.cmp(other))
    });
    let (mut sorted, mut offsets, mut at) = (Vec::new(), vec![0; tensors.len()], 0);
    for index in order {
        let (name, mut info) = tensors[index].clone();
        let (from, to) = info.data_offsets;
        info.data_offsets = (at, at + (to - from));
        offsets[index] = at as u64;
        at = info.data_offsets.1;
        sorted.push((name, info));
    }
    let mut text = serde_json::to_vec(&Metadata::new(comments, sorted).map_err(header::clipped)?)?;
    text.resize(text.len().next_multiple_of(8), b' ');
    ensure!(
        text.len() as u64 <= MAX_HEADER,
        "the header would have {} bytes; at most {MAX_HEADER} are read",
        text.len()
    );
    let start = 8 + text.len() as u64;
    offsets.iter_mut().for_each(|offset| *offset += start);
    Ok(([&(text.len() as u64).to_le_bytes(), &text[..]].concat(), offsets))
}

#[cfg(test)]
mod tests;
