//! Arrays in files: what a file says of an array, and its numbers in pieces or as a whole.

mod outputs;
mod place;
#[cfg(any(test, fuzzing))]
pub(crate) mod property;
mod scalar;

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::ops::Range;

use anyhow::{Context, Result, ensure};

pub(crate) use outputs::Outputs;
pub(crate) use place::Place;
pub(crate) use scalar::{Number, Scalar};

use crate::{npy, safetensors};

/// Bytes converted at a time; a multiple of every element size.
pub(crate) const CHUNK: usize = 256 << 10;
/// NumPy's own limit.
pub(crate) const MAX_AXES: usize = 64;

/// An array of any shape, its data in C order.
#[derive(Debug, PartialEq)]
pub(crate) struct Array<T = f32> {
    pub(crate) shape: Vec<usize>,
    pub(crate) data: Vec<T>,
}

/// How an array lies in its file.
#[derive(Debug, PartialEq)]
pub(crate) struct Layout {
    pub(crate) dtype: Scalar,
    pub(crate) big_endian: bool,
    pub(crate) fortran_order: bool,
    pub(crate) shape: Vec<usize>,
    /// The number of elements; that many f64 fit the address space.
    pub(crate) count: usize,
    /// The offset of its first byte.
    pub(crate) start: u64,
}

/// An array whose numbers still lie in a file.
pub(crate) struct Source<R = File> {
    file: R,
    layout: Layout,
    place: String,
}

impl Layout {
    /// Bytes of the data.
    pub(crate) fn bytes(&self) -> u64 {
        self.count as u64 * self.dtype.size() as u64
    }
}

impl Source {
    /// Reads what the file says of the array. Two bytes that it does not explain are bf16 if all arrays of the command are.
    pub(crate) fn open(place: &Place, command: Scalar) -> Result<Self> {
        let open = || {
            let (file, mut layout) = if place.is_stdio() {
                from_pipe(io::stdin().lock())?
            } else if is_pipe(&fs::metadata(&place.path)?) {
                ensure!(!place.is_safetensors(), "a .npy file may come from a pipe, a .safetensors file may not");
                from_pipe(File::open(&place.path)?)?
            } else {
                // Asked before the file is opened: opening what is no file may wait for ever.
                ensure!(fs::metadata(&place.path)?.is_file(), "it is not a regular file");
                let file = File::open(&place.path)?;
                let len = file.metadata()?.len();
                let reader = BufReader::new(&file);
                let layout = match place.is_safetensors() {
                    true => safetensors::layout(reader, len, place.tensor.as_deref())?,
                    false => npy::layout(reader, len)?,
                };
                (file, layout)
            };
            if layout.dtype == Scalar::Void2 {
                let known = command == Scalar::Bf16;
                ensure!(known, "dtype \"V2\" is two bytes of anything; --dtype bf16 takes them as bf16");
                layout.dtype = Scalar::Bf16;
            }
            Ok(Self { file, layout, place: place.to_string() })
        };
        open().with_context(|| format!("cannot read {place}"))
    }
}

/// The array that comes through a pipe, its data in a file that has no name.
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
        let context = || format!("cannot read {}", self.place);
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

/// Reads the array at a place, for a command whose arrays are of the dtype `command`.
pub(crate) fn read<T: Number>(place: &Place, command: Scalar) -> Result<Array<T>> {
    Source::open(place, command)?.array()
}

/// Reads a mask that is added: of bool, what is true takes part, as in PyTorch's attention.
pub(crate) fn read_mask<T: Number>(place: &Place) -> Result<Array<T>> {
    let mut source = Source::open(place, T::DTYPE)?;
    let mut mask: Array<T> = source.array()?;
    if source.layout.dtype == Scalar::Bool {
        let (shown, hidden) = (T::default(), T::from_f32(f32::NEG_INFINITY));
        mask.data.iter_mut().for_each(|value| *value = if *value == shown { hidden } else { shown });
    }
    Ok(mask)
}

/// An array to be read in pieces, in C order: from its file, or from memory if the file has another order.
pub(crate) struct Pieces<T> {
    source: Source,
    memory: Option<Vec<T>>,
}

impl<T: Number> Pieces<T> {
    pub(crate) fn open(place: &Place) -> Result<Self> {
        let mut source = Source::open(place, T::DTYPE)?;
        let memory = source.layout.fortran_order.then(|| source.array()).transpose()?;
        Ok(Self { source, memory: memory.map(|array| array.data) })
    }

    pub(crate) fn shape(&self) -> &[usize] {
        self.source.shape()
    }

    pub(crate) fn count(&self) -> usize {
        self.source.layout.count
    }

    pub(crate) fn array(mut self) -> Result<Array<T>> {
        match self.memory {
            Some(data) => Ok(Array { shape: self.source.layout.shape, data }),
            None => self.source.array(),
        }
    }

    pub(crate) fn read(&mut self, range: Range<usize>) -> Result<Cow<'_, [T]>> {
        match &self.memory {
            Some(data) => Ok(Cow::Borrowed(&data[range])),
            None => self.source.read(range).map(Cow::Owned),
        }
    }
}

/// The number of elements. The axes that are not empty must have a product of their own, so that
/// strides and sizes of parts cannot overflow in an empty array either.
pub(crate) fn count(shape: &[usize]) -> Result<usize> {
    let mut count = 1_usize;
    ensure!(shape.len() <= MAX_AXES, "the shape has more than {MAX_AXES} axes");
    for &size in shape.iter().filter(|&&size| size > 0) {
        count = count
            .checked_mul(size)
            .filter(|&count| count <= isize::MAX as usize / 8)
            .with_context(|| format!("shape {:.100} is too large", tuple(shape)))?;
    }
    Ok(if shape.contains(&0) { 0 } else { count })
}

/// An axis of a shape, negative from the end, counted from the front; a scalar has one.
pub(crate) fn axis_of(shape: &[usize], axis: isize) -> Result<usize> {
    let axes = shape.len().max(1);
    let index = if axis < 0 { axis.checked_add_unsigned(axes) } else { Some(axis) };
    let index = index.and_then(|index| usize::try_from(index).ok()).filter(|&index| index < axes);
    index.with_context(|| format!("shape {} has no axis {axis}", tuple(shape)))
}

/// `shape` as Python writes it: `()`, `(3,)`, `(3, 4)`.
pub(crate) fn tuple(shape: &[usize]) -> String {
    let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
    match sizes.as_slice() {
        [size] => format!("({size},)"),
        sizes => format!("({})", sizes.join(", ")),
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

fn ended(error: io::Error, part: &str) -> anyhow::Error {
    if error.kind() == ErrorKind::UnexpectedEof { anyhow::anyhow!("the file ends inside {part}") } else { error.into() }
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
        Self { file, layout, place: "memory".into() }
    }
}
