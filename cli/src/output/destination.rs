//! One output of a command: a file or standard output, found writable before the work begins.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use super::lock::{self, Locked};

/// An output that was found writable before the work began.
#[derive(Clone)]
pub(crate) struct Output {
    /// The path as it was given.
    pub(super) given: PathBuf,
    pub(super) destination: Destination,
    pub(super) replace: bool,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Destination {
    Stdout,
    /// With links resolved, so that two names of one file are equal.
    File(PathBuf),
}

impl Output {
    pub(super) fn new(given: &Path, endings: &[&str], replace: bool) -> Result<Self> {
        let cannot = || format!("cannot write {}", given.display());
        if is_stdio(given) {
            return Ok(Self { given: given.to_owned(), destination: Destination::Stdout, replace });
        }
        let resolved = resolve(given, replace)?;
        let known = ending(given).is_some_and(|ending| endings.contains(&&*ending));
        ensure!(known, "{}: its name should end in .{}, or be - for standard output", cannot(), endings.join(" or ."));
        // An unnamed file leaves nothing behind, however the program ends.
        tempfile::tempfile_in(directory_of(&resolved)).with_context(cannot)?;
        Ok(Self { given: given.to_owned(), destination: Destination::File(resolved), replace })
    }

    /// Whether a path is another name of this output.
    pub(crate) fn is_at(&self, path: &Path) -> bool {
        match &self.destination {
            Destination::Stdout => is_stdio(path),
            Destination::File(known) => resolve(path, true).is_ok_and(|resolved| resolved == *known),
        }
    }

    pub(crate) fn is_stdout(&self) -> bool {
        self.destination == Destination::Stdout
    }

    pub(crate) fn destination(&self) -> &Destination {
        &self.destination
    }

    pub(crate) fn replaces(&self) -> bool {
        self.replace
    }

    pub(crate) fn shown(&self) -> impl std::fmt::Display {
        self.given.display()
    }

    /// What to say of an error in writing it.
    pub(super) fn cannot(&self) -> String {
        format!("cannot write {}", self.shown())
    }

    pub(super) fn exists_already(&self) -> anyhow::Error {
        exists_already(&self.given)
    }

    /// The existing file, if there is one.
    pub(crate) fn existing(&self) -> io::Result<Option<File>> {
        match &self.destination {
            Destination::File(path) if path.is_file() => File::open(path).map(Some),
            _ => Ok(None),
        }
    }

    /// The existing file, which no other command replaces while this holds the lock.
    pub(crate) fn lock(&self) -> Result<Option<Locked>> {
        match &self.destination {
            Destination::Stdout => Ok(None),
            Destination::File(path) => Locked::find(path, lock::PATIENCE).with_context(|| self.cannot()),
        }
    }
}

/// The path with links resolved, if it may be written.
fn resolve(given: &Path, replace: bool) -> Result<PathBuf> {
    let shown = given.display();
    let cannot = || format!("cannot write {shown}");
    if fs::symlink_metadata(given).is_ok() {
        ensure!(fs::metadata(given).with_context(cannot)?.is_file(), "{}: it is not a regular file", cannot());
        ensure!(replace, exists_already(given));
        return fs::canonicalize(given).with_context(cannot);
    }
    let Some(name) = given.file_name() else { bail!("{}: it names no file", cannot()) };
    let directory = directory_of(given);
    ensure!(directory.is_dir(), "{}: there is no directory {}", cannot(), directory.display());
    Ok(fs::canonicalize(directory).with_context(cannot)?.join(name))
}

fn exists_already(given: &Path) -> anyhow::Error {
    anyhow::anyhow!("{} already exists; use --force to replace it", given.display())
}

/// Whether a path means standard input or output.
pub(crate) fn is_stdio(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The extension of a file's name, in lower case.
pub(crate) fn ending(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}

pub(super) fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Writes all of a reader to standard output. A closed pipe, as in `activations list | head -1`, is no error.
pub(crate) fn print(mut from: impl Read) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    match io::copy(&mut from, &mut stdout).and_then(|_| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}
