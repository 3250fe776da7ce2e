//! Where results of a command go. One rule holds for every output of every command, checked before the work begins.
//!
//! An output replaces nothing without `--force`, has an extension that says what it is, differs from all other outputs, and
//! appears whole or not at all. `-` is standard output.

mod destination;
mod lock;
mod staged;

use std::path::Path;

use anyhow::{Result, ensure};

pub(crate) use destination::{Output, ending, is_stdio, print};
pub(crate) use lock::Locked;
pub(crate) use staged::Staged;

/// The outputs of a command so far.
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
        self.take(path, endings, self.replace)
    }

    /// The same for a file that results are added to, and which may therefore exist.
    pub(crate) fn claim_to_add(&mut self, path: &Path, endings: &[&str]) -> Result<Output> {
        self.take(path, endings, true)
    }

    fn take(&mut self, path: &Path, endings: &[&str], replace: bool) -> Result<Output> {
        let output = Output::new(path, endings, replace)?;
        ensure!(
            !self.taken.iter().any(|other| other.destination() == output.destination()),
            "two results would go to {}",
            output.shown()
        );
        self.taken.push(output.clone());
        Ok(output)
    }

    /// The same for an optional output.
    pub(crate) fn claim_if(&mut self, path: Option<&Path>, endings: &[&str]) -> Result<Option<Output>> {
        path.map(|path| self.claim(path, endings)).transpose()
    }

    /// Whether an output is standard output, so that nothing else may be written there.
    pub(crate) fn have_stdout(&self) -> bool {
        self.taken.iter().any(Output::is_stdout)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

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
        assert!(refused(&mut claims, &at("kept.csv")).ends_with("kept.csv already exists; use --force to replace it"));
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
