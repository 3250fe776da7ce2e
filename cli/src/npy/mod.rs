//! NumPy's .npy files, versions 1 to 3: f2, f4 and f8 in either byte order and either memory order
//! in, little-endian f4 in C order out.
//!
//! A file says what it contains before it contains it, so nothing is allocated on its word alone:
//! the header is capped, the sizes are multiplied with checks, and the product must be what the
//! file really has.

mod header;
#[cfg(any(test, fuzzing))]
pub(crate) mod property;

use std::fs::{self, File};
use std::io::{self, BufReader, ErrorKind, Read, Write};
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use half::f16;
use header::{Float, Header};

pub(crate) use header::tuple;

const MAGIC: &[u8; 6] = b"\x93NUMPY";
/// Far above what any array needs: NumPy's own headers of 64 axes stay below 2 KiB.
const MAX_HEADER: u64 = 64 << 10;
/// Bytes converted at a time; a multiple of every element size.
const CHUNK: usize = 256 << 10;

/// An array of any shape, its data in C order.
#[derive(Debug, PartialEq)]
pub(crate) struct Array {
    pub(crate) shape: Vec<usize>,
    pub(crate) data: Vec<f32>,
}

/// Reads the array in the file at `path`.
pub(crate) fn read(path: &Path) -> Result<Array> {
    let open = || {
        // Asked before the file is opened: opening a pipe waits for its writer.
        ensure!(fs::metadata(path)?.is_file(), "it is not a regular file");
        let file = File::open(path)?;
        let len = file.metadata()?.len();
        decode(BufReader::new(file), len)
    };
    open().with_context(|| format!("cannot read {}", path.display()))
}

/// Writes `data` as an array of `shape`.
pub(crate) fn write(out: &mut impl Write, shape: &[usize], data: &[f32]) -> io::Result<()> {
    out.write_all(&header::encode(shape)?)?;
    let mut bytes = Vec::with_capacity(CHUNK);
    for chunk in data.chunks(CHUNK / 4) {
        bytes.clear();
        bytes.extend(chunk.iter().flat_map(|value| value.to_le_bytes()));
        out.write_all(&bytes)?;
    }
    Ok(())
}

/// Decodes a file of `len` bytes.
fn decode(mut file: impl Read, len: u64) -> Result<Array> {
    let [m0, m1, m2, m3, m4, m5, major, minor] = take(&mut file, "the magic number")?;
    ensure!([m0, m1, m2, m3, m4, m5] == *MAGIC, "not a .npy file: it does not begin with \\x93NUMPY");
    let (preamble, header_len) = match (major, minor) {
        (1, 0) => (10, u64::from(u16::from_le_bytes(take(&mut file, "the header's length")?))),
        (2 | 3, 0) => (12, u64::from(u32::from_le_bytes(take(&mut file, "the header's length")?))),
        _ => bail!("version {major}.{minor} of the format is unknown; 1.0, 2.0 and 3.0 are known"),
    };
    ensure!(header_len <= MAX_HEADER, "a header of {header_len} bytes; at most {MAX_HEADER} are read");
    let data_len = len.checked_sub(preamble + header_len);
    let data_len = data_len.context("the file ends inside its header")?;
    let mut text = vec![0; header_len as usize];
    file.read_exact(&mut text).map_err(|error| ended(error, "its header"))?;
    let header = Header::parse(std::str::from_utf8(&text).context("the header is not UTF-8")?)?;

    let needed = header.count as u64 * header.float.size() as u64;
    if data_len != needed {
        let shape = tuple(&header.shape);
        bail!("shape {shape} needs {needed} bytes of data, the file has {data_len}");
    }
    let mut data = reserve(header.count)?;
    let mut chunk = vec![0; CHUNK.min(needed as usize)];
    let mut left = needed as usize;
    while left > 0 {
        let bytes = &mut chunk[..left.min(CHUNK)];
        file.read_exact(bytes).map_err(|error| ended(error, "its data"))?;
        left -= bytes.len();
        convert(&header, bytes, &mut data);
    }
    if header.fortran_order {
        data = c_order(data, &header.shape)?;
    }
    Ok(Array { shape: header.shape, data })
}

fn take<const N: usize>(file: &mut impl Read, part: &str) -> Result<[u8; N]> {
    let mut bytes = [0; N];
    file.read_exact(&mut bytes).map_err(|error| ended(error, part))?;
    Ok(bytes)
}

fn ended(error: io::Error, part: &str) -> anyhow::Error {
    if error.kind() == ErrorKind::UnexpectedEof { anyhow::anyhow!("the file ends inside {part}") } else { error.into() }
}

fn reserve(count: usize) -> Result<Vec<f32>> {
    let mut data = Vec::new();
    data.try_reserve_exact(count).context("not enough memory for its data")?;
    Ok(data)
}

/// Appends the elements in `bytes`, rounded to the nearest f32.
fn convert(header: &Header, bytes: &[u8], data: &mut Vec<f32>) {
    fn each<const N: usize>(bytes: &[u8], big_endian: bool, data: &mut Vec<f32>, from_le: impl Fn([u8; N]) -> f32) {
        data.extend(bytes.chunks_exact(N).map(|element| {
            let mut le = [0; N];
            le.copy_from_slice(element);
            if big_endian {
                le.reverse();
            }
            from_le(le)
        }));
    }
    let big = header.big_endian;
    match header.float {
        Float::F2 => each(bytes, big, data, |le| f16::from_le_bytes(le).to_f32()),
        Float::F4 => each(bytes, big, data, f32::from_le_bytes),
        Float::F8 => each(bytes, big, data, |le| f64::from_le_bytes(le) as f32),
    }
}

/// `data`, whose first axis runs fastest, with the last axis running fastest.
fn c_order(data: Vec<f32>, shape: &[usize]) -> Result<Vec<f32>> {
    if data.is_empty() || shape.iter().filter(|&&size| size > 1).count() < 2 {
        return Ok(data);
    }
    let mut stride = 1;
    let mut axes = Vec::with_capacity(shape.len());
    for &size in shape {
        axes.push((size, stride, 0));
        stride *= size;
    }
    let mut ordered = reserve(data.len())?;
    let mut at = 0;
    for _ in 0..data.len() {
        ordered.push(data[at]);
        for (size, stride, index) in axes.iter_mut().rev() {
            *index += 1;
            at += *stride;
            if *index < *size {
                break;
            }
            at -= *stride * *size;
            *index = 0;
        }
    }
    Ok(ordered)
}

#[cfg(test)]
mod tests;
