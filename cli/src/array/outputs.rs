//! The results of a command: arrays in files of their own, or several in one .safetensors file.
//!
//! Files are checked before the work, written in pieces under temporary names, and take their names together when all are
//! complete.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};

use anyhow::{Context, Result, ensure};
use safetensors::tensor::TensorInfo;

use super::{CHUNK, Float, Number, Place};
use crate::output::{Output, Staged};
use crate::{npy, safetensors as format};

/// Files that were found writable, and the results that go to them.
pub(crate) struct Outputs {
    replace: bool,
    targets: Vec<Target>,
    results: Vec<Outcome>,
}

struct Target {
    output: Output,
    safetensors: bool,
    /// What is there already and stays, save the tensors that are written anew.
    old: Option<(File, format::Contents)>,
}

struct Outcome {
    target: usize,
    /// The name of a tensor; nothing in a .npy file.
    name: String,
    dtype: Float,
}

impl Outputs {
    /// With `replace` files may exist.
    pub(crate) fn new(replace: bool) -> Self {
        Self { replace, targets: Vec::new(), results: Vec::new() }
    }

    /// The number of results.
    pub(crate) fn len(&self) -> usize {
        self.results.len()
    }

    /// Adds a place for the next result, which is called `name` unless the place says otherwise. Refuses a place that cannot
    /// be written, or that has been taken.
    pub(crate) fn add(&mut self, place: &Place, name: &str, dtype: Float) -> Result<()> {
        let safetensors = place.is_safetensors();
        let name = if safetensors { place.tensor.as_deref().unwrap_or(name) } else { "" };
        let output = Output::new(&place.path, self.replace)?;
        if safetensors {
            format::check_name(name).with_context(|| format!("cannot write {place}"))?;
        } else {
            npy::encode(&[], dtype).with_context(|| format!("cannot write {place}"))?;
        }
        let target = match self.targets.iter().position(|target| target.output.is_same_file(&output)) {
            Some(known) => {
                let taken = self.results.iter().any(|result| result.target == known && result.name == name);
                let tensor = if safetensors { format!(" of tensor {name:?}") } else { String::new() };
                ensure!(!taken, "two results would go to {place}{tensor}");
                known
            }
            None => {
                let old =
                    if safetensors { old(&output).with_context(|| format!("cannot add to {place}"))? } else { None };
                self.targets.push(Target { output, safetensors, old });
                self.targets.len() - 1
            }
        };
        self.results.push(Outcome { target, name: name.to_owned(), dtype });
        Ok(())
    }

    /// Begins all files, for results of these shapes.
    pub(crate) fn begin(self, shapes: &[Vec<usize>]) -> Result<Writing> {
        ensure!(shapes.len() == self.results.len(), "{} shapes for {} results", shapes.len(), self.results.len());
        let mut writing = Writing { files: Vec::new(), parts: Vec::new() };
        let results: Vec<_> = self.results.iter().zip(shapes).collect();
        let mut starts = vec![0; results.len()];
        for (number, target) in self.targets.into_iter().enumerate() {
            let mine: Vec<usize> = (0..results.len()).filter(|&k| results[k].0.target == number).collect();
            let Target { output, safetensors, old } = target;
            let staged = output.begin()?;
            let begun = if safetensors {
                let tensors = mine.iter().map(|&k| {
                    let (result, shape) = results[k];
                    (result.name.clone(), format::tensor(shape, result.dtype))
                });
                begin_safetensors(staged.file(), tensors.collect(), old)
            } else {
                let (result, shape) = results[mine[0]];
                npy::encode(shape, result.dtype).and_then(|head| {
                    staged.file().write_all(&head)?;
                    Ok(vec![head.len() as u64])
                })
            };
            let begun = begun.with_context(|| staged.failed())?;
            mine.into_iter().zip(begun).for_each(|(k, start)| starts[k] = start);
            writing.files.push(staged);
        }
        writing.parts = results
            .iter()
            .zip(starts)
            .map(|((result, shape), at)| {
                let bytes = shape.iter().product::<usize>() * result.dtype.size();
                Part { file: result.target, dtype: result.dtype, at, end: at + bytes as u64 }
            })
            .collect();
        Ok(writing)
    }
}

/// The tensors of an existing file.
fn old(output: &Output) -> Result<Option<(File, format::Contents)>> {
    let Some(file) = output.existing()? else { return Ok(None) };
    let len = file.metadata()?.len();
    let contents = format::contents(BufReader::new(&file), len)?;
    Ok(Some((file, contents)))
}

/// Writes the header and the tensors that stay; where the new tensors begin.
fn begin_safetensors(
    mut file: &File,
    mut tensors: Vec<(String, TensorInfo)>,
    old: Option<(File, format::Contents)>,
) -> Result<Vec<u64>> {
    let new = tensors.len();
    let mut comments = None;
    let mut kept = Vec::new();
    if let Some((_, contents)) = &old {
        comments = contents.comments.clone();
        for (name, info) in &contents.tensors {
            if !tensors[..new].iter().any(|(known, _)| known == name) {
                kept.push(contents.start + info.data_offsets.0 as u64);
                tensors.push((name.clone(), info.clone()));
            }
        }
    }
    let (head, starts) = format::encode(comments, &tensors)?;
    file.write_all(&head)?;
    for (((_, info), from), to) in tensors[new..].iter().zip(kept).zip(&starts[new..]) {
        let Some((old, _)) = &old else { break };
        let (first, end) = info.data_offsets;
        copy(old, from, file, *to, (end - first) as u64)?;
    }
    Ok(starts[..new].to_vec())
}

fn copy(mut from: &File, start: u64, mut to: &File, target: u64, len: u64) -> io::Result<()> {
    from.seek(SeekFrom::Start(start))?;
    to.seek(SeekFrom::Start(target))?;
    let copied = io::copy(&mut from.take(len), &mut to)?;
    if copied < len { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
}

/// Results on their way to their files.
pub(crate) struct Writing {
    files: Vec<Staged>,
    parts: Vec<Part>,
}

/// Where the rest of a result goes.
struct Part {
    file: usize,
    dtype: Float,
    at: u64,
    end: u64,
}

impl Writing {
    /// Writes the next elements of a result.
    pub(crate) fn write<T: Number>(&mut self, result: usize, data: &[T]) -> Result<()> {
        let part = &mut self.parts[result];
        let staged = &self.files[part.file];
        let size = T::DTYPE.size();
        let fits = T::DTYPE == part.dtype && part.at + (data.len() * size) as u64 <= part.end;
        ensure!(fits, "{} elements more than result {result} has", data.len());
        let mut write = || -> io::Result<()> {
            let mut file = staged.file();
            file.seek(SeekFrom::Start(part.at))?;
            let mut bytes = Vec::with_capacity(CHUNK.min(data.len() * size));
            for chunk in data.chunks(CHUNK / size) {
                bytes.clear();
                chunk.iter().for_each(|value| value.push_le(&mut bytes));
                file.write_all(&bytes)?;
                part.at += bytes.len() as u64;
            }
            Ok(())
        };
        write().with_context(|| staged.failed())
    }

    /// Gives all files their names.
    pub(crate) fn commit(self) -> Result<()> {
        ensure!(self.parts.iter().all(|part| part.at == part.end), "a result is incomplete");
        self.files.into_iter().try_for_each(Staged::commit)
    }
}
