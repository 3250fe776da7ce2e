//! Output files that appear whole or not at all.
//!
//! A file is written under a temporary name beside its target and renamed when it is complete, so a
//! failure leaves an existing file as it was, and an output may also be the input.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tempfile::NamedTempFile;

/// A path that was found writable before the work began.
pub(crate) struct Output {
    /// Links resolved, so that two names of one file are equal.
    path: PathBuf,
    replace: bool,
}

impl Output {
    /// Refuses a path that exists (unless `replace`), that is no regular file, or whose directory
    /// cannot be written.
    pub(crate) fn new(path: &Path, replace: bool) -> Result<Self> {
        let shown = path.display();
        let resolved = if fs::symlink_metadata(path).is_ok() {
            let target = fs::metadata(path).with_context(|| format!("cannot write {shown}"))?;
            if !target.is_file() {
                bail!("cannot write {shown}: it is not a regular file");
            }
            if !replace {
                bail!("{shown} exists already; --force replaces it");
            }
            fs::canonicalize(path).with_context(|| format!("cannot write {shown}"))?
        } else {
            let Some(name) = path.file_name() else {
                bail!("cannot write {shown}: it names no file");
            };
            let directory = directory_of(path);
            if !directory.is_dir() {
                bail!("cannot write {shown}: there is no directory {}", directory.display());
            }
            fs::canonicalize(directory).with_context(|| format!("cannot write {shown}"))?.join(name)
        };
        // An unnamed file: nothing stays behind, however the program ends.
        tempfile::tempfile_in(directory_of(&resolved)).with_context(|| format!("cannot write {shown}"))?;
        Ok(Self { path: resolved, replace })
    }

    pub(crate) fn is_same_file(&self, other: &Self) -> bool {
        self.path == other.path
    }

    /// The file that is there already.
    pub(crate) fn existing(&self) -> io::Result<Option<File>> {
        if self.path.is_file() { File::open(&self.path).map(Some) } else { Ok(None) }
    }

    /// Writes the whole content under a temporary name.
    pub(crate) fn stage(self, write: impl FnOnce(&mut BufWriter<&File>) -> io::Result<()>) -> Result<Staged> {
        let staged = self.begin()?;
        let mut writer = BufWriter::new(staged.file());
        write(&mut writer).and_then(|()| writer.flush()).with_context(|| staged.failed())?;
        drop(writer);
        Ok(staged)
    }

    /// An empty file under a temporary name.
    pub(crate) fn begin(self) -> Result<Staged> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(".activations-");
        // Temporary files are private by default; an output is as open as any other new file, and
        // a replaced one stays as private as it was.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let new = |_| fs::Permissions::from_mode(0o666);
            builder.permissions(fs::metadata(&self.path).map(|m| m.permissions()).unwrap_or_else(new));
        }
        let file = builder.tempfile_in(directory_of(&self.path));
        let file = file.with_context(|| format!("cannot write {}", self.path.display()))?;
        Ok(Staged { file, output: self })
    }
}

/// A file that has not taken its name yet; dropped, it is removed.
pub(crate) struct Staged {
    file: NamedTempFile,
    output: Output,
}

impl Staged {
    pub(crate) fn file(&self) -> &File {
        self.file.as_file()
    }

    /// What to say of an error in writing it.
    pub(crate) fn failed(&self) -> String {
        format!("cannot write {}", self.output.path.display())
    }

    /// Gives the file its name.
    pub(crate) fn commit(self) -> Result<()> {
        let path = &self.output.path;
        let named = if self.output.replace { self.file.persist(path) } else { self.file.persist_noclobber(path) };
        named.map(drop).map_err(|failed| failed.error).with_context(|| format!("cannot write {}", path.display()))
    }
}

/// The report file of a command, replaced if it exists; checked before the work begins.
pub(crate) fn json_output(path: Option<&Path>) -> Result<Option<Output>> {
    path.map(|path| Output::new(path, true)).transpose()
}

/// Writes a report where one was asked for.
pub(crate) fn write_json(output: Option<Output>, value: &Value) -> Result<()> {
    output.map_or(Ok(()), |output| output.stage(|file| writeln!(file, "{value:#}"))?.commit())
}

fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}
