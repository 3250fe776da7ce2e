//! Where results of a command go: one rule for every output of every command, checked before the work begins.
//!
//! An output replaces nothing without `--force`, has an ending that says what it is, is a place of its own, and appears whole
//! or not at all. `-` is standard output.

mod lock;
mod staged;

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

pub(crate) use lock::Locked;
pub(crate) use staged::Staged;

/// The outputs that a command has so far.
pub(crate) struct Claims {
    replace: bool,
    taken: Vec<Output>,
}

impl Claims {
    /// With `replace`, files may exist.
    pub(crate) fn new(replace: bool) -> Self {
        Self { replace, taken: Vec::new() }
    }

    /// Refuses a path that has none of these endings, that exists (unless files are replaced), that cannot be written, or
    /// that another output of the command has.
    pub(crate) fn claim(&mut self, path: &Path, endings: &[&str]) -> Result<Output> {
        let output = Output::new(path, endings, self.replace)?;
        ensure!(
            !self.taken.iter().any(|other| other.place == output.place),
            "two results would go to {}",
            output.shown()
        );
        self.taken.push(output.clone());
        Ok(output)
    }

    /// The same for an output that may not be asked for.
    pub(crate) fn claim_if(&mut self, path: Option<&Path>, endings: &[&str]) -> Result<Option<Output>> {
        path.map(|path| self.claim(path, endings)).transpose()
    }

    /// Whether an output is standard output, so that nothing else may be written there.
    pub(crate) fn have_stdout(&self) -> bool {
        self.taken.iter().any(|output| output.place == Place::Stdout)
    }
}

/// A place that was found writable before the work began.
#[derive(Clone)]
pub(crate) struct Output {
    /// The path as it was given.
    given: PathBuf,
    place: Place,
    replace: bool,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    Stdout,
    /// Links resolved, so that two names of one file are equal.
    File(PathBuf),
}

impl Output {
    fn new(given: &Path, endings: &[&str], replace: bool) -> Result<Self> {
        let cannot = || format!("cannot write {}", given.display());
        if is_stdio(given) {
            return Ok(Self { given: given.to_owned(), place: Place::Stdout, replace });
        }
        let resolved = resolve(given, replace)?;
        let known = ending(given).is_some_and(|ending| endings.contains(&&*ending));
        ensure!(known, "{}: its name should end in .{}, or be - for standard output", cannot(), endings.join(" or ."));
        // An unnamed file: nothing stays behind, however the program ends.
        tempfile::tempfile_in(directory_of(&resolved)).with_context(cannot)?;
        Ok(Self { given: given.to_owned(), place: Place::File(resolved), replace })
    }

    /// Whether a path is another name of this output.
    pub(crate) fn is_at(&self, path: &Path) -> bool {
        match &self.place {
            Place::Stdout => is_stdio(path),
            Place::File(known) => resolve(path, true).is_ok_and(|resolved| resolved == *known),
        }
    }

    pub(crate) fn is_stdout(&self) -> bool {
        self.place == Place::Stdout
    }

    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    pub(crate) fn replaces(&self) -> bool {
        self.replace
    }

    pub(crate) fn shown(&self) -> impl std::fmt::Display {
        self.given.display()
    }

    fn cannot(&self) -> String {
        format!("cannot write {}", self.shown())
    }

    fn exists_already(&self) -> anyhow::Error {
        exists_already(&self.given)
    }

    /// The file that is there already.
    pub(crate) fn existing(&self) -> io::Result<Option<File>> {
        match &self.place {
            Place::File(path) if path.is_file() => File::open(path).map(Some),
            _ => Ok(None),
        }
    }

    /// The file that is there already, which no other command replaces meanwhile.
    pub(crate) fn lock(&self) -> Result<Option<Locked>> {
        match &self.place {
            Place::Stdout => Ok(None),
            Place::File(path) => Locked::find(path, lock::PATIENCE).with_context(|| self.cannot()),
        }
    }

    /// An empty file that has no name yet.
    pub(crate) fn begin(&self) -> Result<Staged> {
        Staged::new(self.clone())
    }

    /// Writes the whole content and gives it its name.
    pub(crate) fn write(&self, content: &[u8]) -> Result<()> {
        self.stage(content)?.commit()
    }

    /// Writes the whole content without a name.
    pub(crate) fn stage(&self, content: &[u8]) -> Result<Staged> {
        let staged = self.begin()?;
        let mut writer = BufWriter::new(staged.file());
        writer.write_all(content).and_then(|()| writer.flush()).with_context(|| self.cannot())?;
        drop(writer);
        Ok(staged)
    }
}

/// The path without links, if it may be written.
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
    anyhow::anyhow!("{} exists already; --force replaces it", given.display())
}

/// Whether a path means standard input or output.
pub(crate) fn is_stdio(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// What a file's name says that it is, in lower case.
pub(crate) fn ending(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}

fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Writes all of a reader to standard output. A reader of ours that has left, as in `activations list | head -1`, is no error.
pub(crate) fn print(mut from: impl Read) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    match io::copy(&mut from, &mut stdout).and_then(|_| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(claims: &mut Claims, path: &Path) -> String {
        claims.claim(path, &["csv", "json"]).err().unwrap_or_else(|| panic!("{} was taken", path.display())).to_string()
    }

    #[test]
    fn one_rule_for_names() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        fs::write(at("kept.csv"), "precious").unwrap();
        let mut claims = Claims::new(false);
        for name in ["a.csv", "b.CSV", "c.d.Json", "-"] {
            let path = if name == "-" { name.into() } else { at(name) };
            claims.claim(&path, &["csv", "json"]).unwrap();
        }
        for name in ["a", "a.jpg", "csv", ".csv", "a.csv.gz", "a.csvx", "-.-"] {
            assert!(
                refused(&mut claims, &at(name)).ends_with("should end in .csv or .json, or be - for standard output")
            );
        }
        assert!(refused(&mut claims, &at("kept.csv")).ends_with("kept.csv exists already; --force replaces it"));
        assert!(refused(&mut claims, &at("no/a.csv")).contains("there is no directory"));
        assert!(refused(&mut claims, &at("./a.csv")).contains("two results would go to"));
        assert!(refused(&mut claims, "-".as_ref()).contains("two results would go to -"));
        assert!(claims.have_stdout());
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn two_names_of_one_file() {
        use std::os::unix::fs::symlink;
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        fs::write(at("kept.csv"), "precious").unwrap();
        symlink("kept.csv", at("link.json")).unwrap();
        symlink(".", at("here")).unwrap();
        let mut claims = Claims::new(true);
        let output = claims.claim(&at("kept.csv"), &["csv"]).unwrap();
        claims.claim(&at("new.csv"), &["csv"]).unwrap();
        for name in ["link.json", "here/kept.csv", "here/link.json", "here/new.csv"] {
            assert!(refused(&mut claims, &at(name)).contains("two results would go to"), "{name}");
        }
        assert!(output.is_at(&at("here/link.json")) && !output.is_at(&at("new.csv")) && !output.is_at("-".as_ref()));
    }
}
