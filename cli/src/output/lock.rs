//! Locks on files that are read, changed and replaced, for one command at a time.
//!
//! A lock is the operating system's, on the file itself: no lock file stays behind, and the lock ends with its process. A command
//! that waited for it finds that the name now refers to another file, and locks that one.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Result, bail, ensure};
use fs4::{FileExt, TryLockError};

/// How long a command waits for others, which may be copying a large file.
pub(super) const PATIENCE: Duration = Duration::from_secs(300);
const NAP: Duration = Duration::from_millis(10);

/// An existing file that no other command replaces until this is dropped.
pub(crate) struct Locked {
    file: File,
    path: PathBuf,
    stamp: Stamp,
}

/// Identifies a file and its state.
#[derive(PartialEq)]
struct Stamp {
    identity: Option<(u64, u64)>,
    len: u64,
    modified: Option<SystemTime>,
}

impl From<Metadata> for Stamp {
    fn from(metadata: Metadata) -> Self {
        #[cfg(unix)]
        let identity = {
            use std::os::unix::fs::MetadataExt;
            Some((metadata.dev(), metadata.ino()))
        };
        #[cfg(not(unix))]
        let identity = None;
        Self { identity, len: metadata.len(), modified: metadata.modified().ok() }
    }
}

impl Locked {
    /// Waits for the lock on the file of this name, if there is one.
    pub(super) fn find(path: &Path, patience: Duration) -> Result<Option<Self>> {
        let deadline = Instant::now() + patience;
        loop {
            let file = match File::open(path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                opened => opened?,
            };
            // On a file system without locks, the stamp alone shows that another command changed the file.
            while let Err(TryLockError::WouldBlock) = FileExt::try_lock(&file) {
                let seconds = patience.as_secs();
                ensure!(
                    Instant::now() < deadline,
                    "another command has been changing it for more than {seconds} seconds"
                );
                sleep(NAP);
            }
            let stamp = Stamp::from(file.metadata()?);
            match fs::metadata(path).map(Stamp::from) {
                Ok(now) if now == stamp => return Ok(Some(Self { file, path: path.to_owned(), stamp })),
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => ensure!(Instant::now() < deadline, "other programs keep changing it"),
            }
        }
    }

    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    /// Fails if another program changed or replaced the file, which it may do without the lock.
    pub(super) fn check(&self) -> Result<()> {
        match fs::metadata(&self.path).map(Stamp::from) {
            Ok(now) if now == self.stamp => Ok(()),
            _ => bail!("another program changed it meanwhile; run the command again"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_and_not_for_ever() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("x");
        assert!(Locked::find(&path, Duration::ZERO).unwrap().is_none());
        fs::write(&path, "old").unwrap();
        let held = Locked::find(&path, PATIENCE).unwrap().unwrap();
        let error = Locked::find(&path, Duration::from_millis(30)).err().unwrap();
        assert!(error.to_string().contains("another command"), "{error}");
        drop(held);
        // A program that another test is about to start has all files for a moment, and their locks.
        let held = Locked::find(&path, PATIENCE).unwrap().unwrap();
        assert!(held.check().is_ok());
        fs::write(&path, "longer").unwrap();
        assert!(held.check().is_err());
    }

    #[test]
    fn a_waiting_command_locks_the_new_file() {
        let directory = tempfile::tempdir().unwrap();
        let (path, other) = (directory.path().join("x"), directory.path().join("y"));
        fs::write(&path, "old").unwrap();
        fs::write(&other, "new").unwrap();
        let held = Locked::find(&path, PATIENCE).unwrap().unwrap();
        let waiting = std::thread::spawn({
            let path = path.clone();
            move || io::read_to_string(Locked::find(&path, PATIENCE).unwrap().unwrap().file()).unwrap()
        });
        sleep(5 * NAP);
        fs::rename(&other, &path).unwrap();
        drop(held);
        assert_eq!(waiting.join().unwrap(), "new");
    }
}
