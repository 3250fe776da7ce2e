//! The results of a command: arrays in files of their own, or several in one .safetensors file.
//!
//! Files are checked before the work, written in pieces without a name, and get their names together when all are complete.
//! An existing .safetensors file gets the new tensors only then, so that no lock is held during the work.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufReader, IsTerminal, Read, Seek, SeekFrom, Write};

use anyhow::{Context, Result, ensure};

use super::path::ArrayPath;
use super::scalar::{CHUNK, Number, Scalar};
use super::{npy, safetensors as format};
use crate::output::{Claims, Locked, Output, Staged};

/// Files that were found writable, and the results that go to them.
pub(crate) struct Outputs {
    claims: Claims,
    targets: Vec<Target>,
    results: Vec<Outcome>,
}

struct Target {
    output: Output,
    safetensors: bool,
}

struct Outcome {
    target: usize,
    /// The name of the tensor; empty in a .npy file.
    name: String,
    dtype: Scalar,
}

impl Outputs {
    /// With `replace`, files may exist.
    pub(crate) fn new(replace: bool) -> Self {
        Self { claims: Claims::new(replace), targets: Vec::new(), results: Vec::new() }
    }

    /// Adds the next result, whose tensor is called `name` unless the path names it. Refuses a path that cannot be written or
    /// that another result has.
    pub(crate) fn add(&mut self, path: &ArrayPath, name: &str, dtype: Scalar) -> Result<()> {
        let safetensors = path.is_safetensors();
        let name = if safetensors { path.tensor.as_deref().unwrap_or(name) } else { "" };
        if safetensors {
            format::check_name(name).with_context(|| format!("cannot write {path}"))?;
        } else {
            npy::encode(&[], dtype).with_context(|| format!("cannot write {path}"))?;
        }
        let target = match self.targets.iter().position(|target| target.output.is_at(&path.path)) {
            Some(known) if safetensors => {
                let taken = self.results.iter().any(|result| result.target == known && result.name == name);
                ensure!(!taken, "two results would go to {path}, tensor {name:?}");
                known
            }
            _ => {
                let output = self.claims.claim(&path.path, &["npy", "safetensors"])?;
                let terminal = output.is_stdout() && io::stdout().is_terminal();
                ensure!(!terminal, "standard output is a terminal; send a .npy file to a pipe or a file");
                if safetensors {
                    check(&output).with_context(|| format!("cannot add to {path}"))?;
                }
                self.targets.push(Target { output, safetensors });
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
        for (number, Target { output, safetensors }) in self.targets.into_iter().enumerate() {
            let mine: Vec<usize> = (0..results.len()).filter(|&k| results[k].0.target == number).collect();
            let staged = output.begin()?;
            let (head, begun) = if safetensors {
                let tensors = mine.iter().map(|&k| {
                    let (result, shape) = results[k];
                    (result.name.clone(), format::tensor(shape, result.dtype))
                });
                format::encode(None, &tensors.collect::<Vec<_>>())
            } else {
                let (result, shape) = results[mine[0]];
                npy::encode(shape, result.dtype).map(|head| (head.clone(), vec![head.len() as u64]))
            }
            .with_context(|| staged.failed())?;
            staged.file().write_all(&head).with_context(|| staged.failed())?;
            mine.into_iter().zip(begun).for_each(|(k, start)| starts[k] = start);
            writing.files.push(Written { staged, safetensors });
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

/// Fails if the file exists and is not one that tensors can be added to.
fn check(output: &Output) -> Result<()> {
    output.existing()?.map_or(Ok(()), |file| contents(&file).map(drop))
}

fn contents(mut file: &File) -> Result<format::Contents> {
    file.rewind()?;
    format::contents(BufReader::new(file), file.metadata()?.len())
}

/// Writes the tensors of `new`, and those of `old` with other names.
fn merge(old: &File, new: &File, mut file: &File) -> Result<()> {
    let (theirs, ours) = (contents(old)?, contents(new)?);
    let names: HashSet<&str> = ours.tensors.iter().map(|(name, _)| &**name).collect();
    let kept =
        theirs.tensors.iter().filter(|(name, _)| !names.contains(&**name)).map(|tensor| (old, theirs.start, tensor));
    let all: Vec<_> = ours.tensors.iter().map(|tensor| (new, ours.start, tensor)).chain(kept).collect();
    let tensors: Vec<_> = all.iter().map(|(_, _, tensor)| (*tensor).clone()).collect();
    let (head, starts) = format::encode(theirs.comments.clone(), &tensors)?;
    file.write_all(&head)?;
    for ((from, start, (_, info)), to) in all.into_iter().zip(starts) {
        let (first, end) = info.data_offsets;
        copy(from, start + first as u64, file, to, (end - first) as u64)?;
    }
    Ok(())
}

fn copy(mut from: &File, start: u64, mut to: &File, target: u64, len: u64) -> io::Result<()> {
    from.seek(SeekFrom::Start(start))?;
    to.seek(SeekFrom::Start(target))?;
    let copied = io::copy(&mut from.take(len), &mut to)?;
    if copied < len { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
}

/// Results that are being written.
pub(crate) struct Writing {
    files: Vec<Written>,
    parts: Vec<Part>,
}

struct Written {
    staged: Staged,
    safetensors: bool,
}

/// Where the next elements of a result go.
struct Part {
    file: usize,
    dtype: Scalar,
    at: u64,
    end: u64,
}

impl Writing {
    /// Writes the next elements of a result.
    pub(crate) fn write<T: Number>(&mut self, result: usize, data: &[T]) -> Result<()> {
        let part = &mut self.parts[result];
        let staged = &self.files[part.file].staged;
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
    pub(crate) fn commit(mut self) -> Result<()> {
        ensure!(self.parts.iter().all(|part| part.at == part.end), "a result is incomplete");
        // All commands take their locks in one order, so that they cannot deadlock.
        self.files.sort_by(|a, b| a.staged.output().destination().cmp(b.staged.output().destination()));
        let ready = self.files.into_iter().map(Written::ready).collect::<Result<Vec<_>>>()?;
        ready.into_iter().try_for_each(Ready::commit)
    }
}

/// A file that lacks only its name.
enum Ready {
    /// A file that is complete by itself.
    Whole(Staged),
    /// Tensors for a file that did not exist when it was looked for.
    First(Staged),
    /// Tensors, with those that were in the file before.
    Merged(Staged, Locked),
}

impl Written {
    fn ready(self) -> Result<Ready> {
        if self.safetensors { ready(self.staged) } else { Ok(Ready::Whole(self.staged)) }
    }
}

/// Merges new tensors with those of an existing file.
fn ready(staged: Staged) -> Result<Ready> {
    let output = staged.output();
    let Some(old) = output.lock()? else { return Ok(Ready::First(staged)) };
    let merged = output.begin()?;
    merge(old.file(), staged.file(), merged.file()).with_context(|| format!("cannot add to {}", output.shown()))?;
    Ok(Ready::Merged(merged, old))
}

impl Ready {
    fn commit(self) -> Result<()> {
        match self {
            Self::Whole(staged) => staged.commit(),
            Self::Merged(staged, old) => staged.commit_instead(&old),
            Self::First(staged) => match staged.commit_new()? {
                None => Ok(()),
                // Another command was faster: its tensors are kept beside ours with --force, and else this one fails.
                Some(staged) if staged.output().replaces() => ready(staged)?.commit(),
                Some(staged) => staged.commit(),
            },
        }
    }
}
