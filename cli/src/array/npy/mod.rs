//! NumPy's .npy files, versions 1 to 3: reads floats, integers and bool in either byte order and either memory order, and writes
//! little-endian floats in C order.
//!
//! A header is not trusted: its length is capped, the product of its shape is checked, and it must match the size of the file
//! before anything is allocated.

mod header;

use std::io::Read;

use anyhow::{Context, Result, bail, ensure};

use super::layout::{Layout, take, take_vec};
use super::shape::tuple;

pub(super) use header::encode;

const MAGIC: &[u8; 6] = b"\x93NUMPY";
/// Far above what any array needs: NumPy's own headers of 64 axes stay below 2 KiB.
const MAX_HEADER: u64 = 64 << 10;

/// Reads the header of a file of `len` bytes.
pub(super) fn layout(file: impl Read, len: u64) -> Result<Layout> {
    let layout = head(file, len)?;
    fits(&layout, len - layout.start)?;
    Ok(layout)
}

/// Reads the header of a file or pipe of at most `len` bytes.
pub(super) fn head(mut file: impl Read, len: u64) -> Result<Layout> {
    let [m0, m1, m2, m3, m4, m5, major, minor] = take(&mut file, "the magic number")?;
    ensure!([m0, m1, m2, m3, m4, m5] == *MAGIC, "not a .npy file: it does not begin with \\x93NUMPY");
    let (preamble, header_len) = match (major, minor) {
        (1, 0) => (10, u64::from(u16::from_le_bytes(take(&mut file, "the header's length")?))),
        (2 | 3, 0) => (12, u64::from(u32::from_le_bytes(take(&mut file, "the header's length")?))),
        _ => bail!("version {major}.{minor} of the format is unknown; 1.0, 2.0 and 3.0 are known"),
    };
    ensure!(header_len <= MAX_HEADER, "a header of {header_len} bytes; at most {MAX_HEADER} are read");
    let start = preamble + header_len;
    ensure!(start <= len, "the file ends inside its header");
    let text = take_vec(&mut file, header_len as usize, "its header")?;
    header::parse(std::str::from_utf8(&text).context("the header is not UTF-8")?, start)
}

/// Fails unless the data are as long as the array needs.
pub(super) fn fits(layout: &Layout, data_len: u64) -> Result<()> {
    let (shape, needed) = (tuple(&layout.shape), layout.bytes());
    ensure!(data_len == needed, "shape {shape} needs {needed} bytes of data, the file has {data_len}");
    Ok(())
}

#[cfg(test)]
mod tests;
