//! Arrays in files, read as a whole or in pieces.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;

use anyhow::{Context, Result, ensure};

use super::layout::{Layout, ended};
use super::path::ArrayPath;
use super::scalar::{self, CHUNK, Number, Scalar};
use super::{npy, npz, safetensors};

/// An array of any shape, its data in C order.
#[derive(Debug, PartialEq)]
pub(crate) struct Array<T = f32> {
    pub(crate) shape: Vec<usize>,
    pub(crate) data: Vec<T>,
}

/// An array whose data are still in a file.
pub(crate) struct Source<R = File> {
    file: R,
    layout: Layout,
    /// The file's path, for messages.
    path: String,
}

impl Source {
    /// Opens a file and reads where the array lies in it. Two-byte elements of unknown type are bf16 where the command's
    /// `dtype` is.
    pub(crate) fn open(path: &ArrayPath, dtype: Scalar) -> Result<Self> {
        let open = || {
            let (file, mut layout) = find(path)?;
            if layout.dtype == Scalar::Void2 {
                let known = dtype == Scalar::Bf16;
                ensure!(known, "dtype \"V2\" is two bytes of unknown type; --dtype bf16 takes them as bf16");
                layout.dtype = Scalar::Bf16;
            }
            Ok(Self { file, layout, path: path.to_string() })
        };
        open().with_context(|| format!("cannot read {path}"))
    }
}

/// Opens a file, and finds the array in it.
fn find(path: &ArrayPath) -> Result<(File, Layout)> {
    if path.is_stdio() {
        return from_pipe(io::stdin().lock());
    }
    // Asked before the file is opened: opening what is not a file may block for ever.
    let metadata = fs::metadata(&path.path)?;
    if is_pipe(&metadata) {
        ensure!(!path.is_safetensors() && !path.is_npz(), "only .npy files may come from a pipe");
        return from_pipe(File::open(&path.path)?);
    }
    ensure!(metadata.is_file(), "it is not a regular file");
    let file = File::open(&path.path)?;
    if path.is_npz() {
        return from_pipe(npz::member(&mut npz::open(file)?, path.tensor.as_deref())?);
    }
    let len = file.metadata()?.len();
    let reader = BufReader::new(&file);
    let layout = match path.is_safetensors() {
        true => safetensors::layout(reader, len, path.tensor.as_deref())?,
        false => npy::layout(reader, len)?,
    };
    Ok((file, layout))
}

/// Copies the array from a pipe, or from an archive, into an unnamed file.
fn from_pipe(pipe: impl Read) -> Result<(File, Layout)> {
    let mut pipe = BufReader::new(pipe);
    let layout = npy::head(&mut pipe, u64::MAX)?;
    let mut file = tempfile::tempfile()?;
    // One byte too many is enough to know that there are too many.
    let copied = io::copy(&mut pipe.take(layout.bytes() + 1), &mut file)?;
    npy::fits(&layout, copied)?;
    Ok((file, Layout { start: 0, ..layout }))
}

#[cfg(unix)]
fn is_pipe(metadata: &fs::Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&metadata.file_type())
}

#[cfg(not(unix))]
fn is_pipe(_metadata: &fs::Metadata) -> bool {
    false
}

impl<R: Read + Seek> Source<R> {
    pub(crate) fn shape(&self) -> &[usize] {
        &self.layout.shape
    }

    /// All elements, in C order.
    pub(crate) fn array<T: Number>(&mut self) -> Result<Array<T>> {
        let mut data = self.read(0..self.layout.count)?;
        if self.layout.fortran_order {
            data = c_order(data, &self.layout.shape)?;
        }
        Ok(Array { shape: self.layout.shape.clone(), data })
    }

    /// Some elements, in the file's order.
    fn read<T: Number>(&mut self, range: Range<usize>) -> Result<Vec<T>> {
        let Layout { dtype, big_endian, start, .. } = self.layout;
        let context = || format!("cannot read {}", self.path);
        let mut data = reserve(range.len()).with_context(context)?;
        let mut left = range.len() * dtype.size();
        let mut chunk = vec![0; CHUNK.min(left)];
        let offset = start + (range.start * dtype.size()) as u64;
        self.file.seek(SeekFrom::Start(offset)).with_context(context)?;
        while left > 0 {
            let bytes = &mut chunk[..left.min(CHUNK)];
            self.file.read_exact(bytes).map_err(|error| ended(error, "its data")).with_context(context)?;
            left -= bytes.len();
            scalar::convert(dtype, big_endian, bytes, &mut data);
        }
        Ok(data)
    }
}

/// Reads the array at a path, for a command that computes in `dtype`.
pub(crate) fn read<T: Number>(path: &ArrayPath, dtype: Scalar) -> Result<Array<T>> {
    Source::open(path, dtype)?.array()
}

/// Reads an array in pieces, in C order: from its file, or from memory where the file is in Fortran order.
pub(crate) struct Reader<T> {
    source: Source,
    memory: Option<Vec<T>>,
}

impl<T: Number> Reader<T> {
    pub(crate) fn open(path: &ArrayPath) -> Result<Self> {
        let mut source = Source::open(path, T::DTYPE)?;
        let memory = source.layout.fortran_order.then(|| source.array()).transpose()?;
        Ok(Self { source, memory: memory.map(|array| array.data) })
    }

    pub(crate) fn shape(&self) -> &[usize] {
        self.source.shape()
    }

    pub(crate) fn count(&self) -> usize {
        self.source.layout.count
    }

    /// Some elements.
    pub(crate) fn read(&mut self, range: Range<usize>) -> Result<Cow<'_, [T]>> {
        match &self.memory {
            Some(data) => Ok(Cow::Borrowed(&data[range])),
            None => self.source.read(range).map(Cow::Owned),
        }
    }

    /// All elements.
    pub(crate) fn data(&mut self) -> Result<Cow<'_, [T]>> {
        self.read(0..self.count())
    }

    /// All elements of an additive mask. As in PyTorch, true in a mask of bool takes part: it adds 0, and false -inf.
    pub(crate) fn mask(&mut self) -> Result<Cow<'_, [T]>> {
        let of_bool = self.source.layout.dtype == Scalar::Bool;
        let mut mask = self.data()?;
        if of_bool {
            let (shown, hidden) = (T::default(), T::from_f32(f32::NEG_INFINITY));
            mask.to_mut().iter_mut().for_each(|value| *value = if *value == shown { hidden } else { shown });
        }
        Ok(mask)
    }
}

fn reserve<T>(count: usize) -> Result<Vec<T>> {
    let mut data = Vec::new();
    data.try_reserve_exact(count).context("not enough memory for its data")?;
    Ok(data)
}

/// `data`, whose first axis runs fastest, with the last axis running fastest.
fn c_order<T: Copy>(data: Vec<T>, shape: &[usize]) -> Result<Vec<T>> {
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

#[cfg(any(test, fuzzing))]
impl<R: Read + Seek> Source<R> {
    /// An array in memory that looks like a file.
    pub(crate) fn of(file: R, layout: Layout) -> Self {
        Self { file, layout, path: "memory".into() }
    }
}
