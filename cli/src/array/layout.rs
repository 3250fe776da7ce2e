//! How an array is laid out in its file.

use std::io::{self, ErrorKind, Read};

use anyhow::Result;

use super::scalar::Scalar;

/// What a header says of an array.
#[derive(Debug, PartialEq)]
pub(crate) struct Layout {
    pub(crate) dtype: Scalar,
    pub(crate) big_endian: bool,
    pub(crate) fortran_order: bool,
    pub(crate) shape: Vec<usize>,
    /// The number of elements; that many f64 fit the address space.
    pub(crate) count: usize,
    /// The offset of the first byte of data.
    pub(crate) start: u64,
}

impl Layout {
    /// Bytes of the data.
    pub(crate) fn bytes(&self) -> u64 {
        self.count as u64 * self.dtype.size() as u64
    }
}

/// The next bytes of a file.
pub(crate) fn take<const N: usize>(file: &mut impl Read, part: &str) -> Result<[u8; N]> {
    let mut bytes = [0; N];
    file.read_exact(&mut bytes).map_err(|error| ended(error, part))?;
    Ok(bytes)
}

/// The next `len` bytes of a file.
pub(crate) fn take_vec(file: &mut impl Read, len: usize, part: &str) -> Result<Vec<u8>> {
    let mut bytes = vec![0; len];
    file.read_exact(&mut bytes).map_err(|error| ended(error, part))?;
    Ok(bytes)
}

/// An error while `part` was read, which may be that the file is too short.
pub(super) fn ended(error: io::Error, part: &str) -> anyhow::Error {
    if error.kind() == ErrorKind::UnexpectedEof { anyhow::anyhow!("the file ends inside {part}") } else { error.into() }
}
