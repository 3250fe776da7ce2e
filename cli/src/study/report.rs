//! A page of one study, or of several that were run one after the other.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::output::{Claims, Output};
use crate::page;

const TITLE: &str = "Studies of activation functions";

/// Where a page goes, and whether it may have studies already.
pub(super) struct Report {
    output: Output,
    append: bool,
}

impl Report {
    /// Refuses what cannot be written, or is no page that a study can be added to.
    pub(super) fn claim(claims: &mut Claims, path: &Path, append: bool) -> Result<Self> {
        let output = if append { claims.claim_to_add(path, &["html"])? } else { claims.claim(path, &["html"])? };
        let report = Self { output, append };
        if append && let Some(file) = report.output.existing()? {
            report.sections(&file)?;
        }
        Ok(report)
    }

    /// Writes the page with one more study.
    pub(super) fn write(&self, section: &str) -> Result<()> {
        let begin = format!("{}<h1>{TITLE}</h1>", page::begin(TITLE));
        let old = if self.append { self.output.lock()? } else { None };
        let Some(old) = old else {
            let staged = self.output.stage((begin + section + page::END).as_bytes())?;
            return match (self.append, staged) {
                (false, staged) => staged.commit(),
                // Another study may have been faster.
                (true, staged) => staged.commit_new()?.map_or(Ok(()), |_| self.write(section)),
            };
        };
        let sections = self.sections(old.file())?;
        let staged = self.output.begin()?;
        let page = sections + section + page::END;
        staged.file().write_all(page.as_bytes()).with_context(|| staged.failed())?;
        staged.commit_instead(&old)
    }

    /// A page up to its end.
    fn sections(&self, mut file: &File) -> Result<String> {
        let shown = self.output.shown();
        let mut text = String::new();
        file.read_to_string(&mut text).with_context(|| format!("cannot add to {shown}"))?;
        match text.strip_suffix(page::END).filter(|text| text.contains(&format!("<h1>{TITLE}</h1>"))) {
            Some(sections) => Ok(sections.to_owned()),
            None => bail!("cannot add to {shown}: it is no page of `activations study`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn studies_share_a_page() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("all.html");
        for section in ["first", "second"] {
            Report::claim(&mut Claims::new(false), &path, true).unwrap().write(section).unwrap();
        }
        let page = fs::read_to_string(&path).unwrap();
        assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with(&format!("firstsecond{}", page::END)), "{page}");
        assert!(Report::claim(&mut Claims::new(false), &path, false).is_err(), "it exists");
        fs::write(&path, "<html>").unwrap();
        let error = Report::claim(&mut Claims::new(false), &path, true).err().unwrap().to_string();
        assert!(error.contains("no page of"), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "<html>");
    }
}
