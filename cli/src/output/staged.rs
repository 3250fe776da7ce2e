//! A file that is written without a name, and gets its name when it is complete.
//!
//! A failure leaves an existing file as it was, and an output may also be the input. Where the system has unnamed files, nothing
//! stays behind however the program ends. Elsewhere a temporary name begins with `.activations-`, and a handler removes it when
//! the program is interrupted.

use std::fs::{self, File};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, Once, PoisonError};

use anyhow::{Context, Result, bail};
use tempfile::{NamedTempFile, TempPath};

use super::destination::{Destination, Output, directory_of, print};
use super::lock::Locked;

/// A file that does not have its name yet, and is deleted when dropped.
pub(crate) struct Staged {
    file: Temporary,
    output: Output,
}

enum Temporary {
    /// Deleted by the system when it is closed.
    Unnamed(File),
    Named(NamedTempFile),
}

impl Staged {
    fn new(output: Output) -> Result<Self> {
        let file = match &output.destination {
            Destination::Stdout => tempfile::tempfile().map(Temporary::Unnamed),
            Destination::File(path) => temporary(path),
        };
        Ok(Self { file: file.with_context(|| output.cannot())?, output })
    }

    pub(crate) fn file(&self) -> &File {
        match &self.file {
            Temporary::Unnamed(file) => file,
            Temporary::Named(file) => file.as_file(),
        }
    }

    pub(crate) fn output(&self) -> &Output {
        &self.output
    }

    /// What to say of an error in writing it.
    pub(crate) fn failed(&self) -> String {
        self.output.cannot()
    }

    /// Gives the file its name, or copies it to standard output.
    pub(crate) fn commit(self) -> Result<()> {
        let failed = self.failed();
        match &self.output.destination {
            Destination::Stdout => {
                let mut file = self.file();
                file.rewind().and_then(|()| print(file)).context("cannot write to standard output")
            }
            Destination::File(path) if self.output.replace => self.file.replace(path).with_context(|| failed),
            Destination::File(path) => match self.file.take_name(path).with_context(|| failed)? {
                None => Ok(()),
                Some(_) => bail!(self.output.exists_already()),
            },
        }
    }

    /// Gives the file its name if that is free; returns the file if another command was faster.
    pub(crate) fn commit_new(self) -> Result<Option<Self>> {
        let Destination::File(path) = &self.output.destination else { return self.commit().map(|()| None) };
        let failed = self.failed();
        let left = self.file.take_name(path).with_context(|| failed)?;
        Ok(left.map(|file| Self { file, output: self.output }))
    }

    /// Replaces the file that this one was made from.
    pub(crate) fn commit_instead(self, old: &Locked) -> Result<()> {
        old.check().with_context(|| self.failed())?;
        self.commit()
    }
}

impl Output {
    /// Creates an empty file that has no name yet.
    pub(crate) fn begin(&self) -> Result<Staged> {
        Staged::new(self.clone())
    }

    /// Writes the whole content to a file without a name.
    pub(crate) fn stage(&self, content: &[u8]) -> Result<Staged> {
        let staged = self.begin()?;
        staged.file().write_all(content).with_context(|| self.cannot())?;
        Ok(staged)
    }

    /// Writes the whole content and gives it its name.
    pub(crate) fn write(&self, content: &[u8]) -> Result<()> {
        self.stage(content)?.commit()
    }
}

impl Temporary {
    /// Gives the file a name if that is free; returns the file if it is not.
    fn take_name(self, path: &Path) -> io::Result<Option<Self>> {
        match self {
            Self::Unnamed(file) => match link(&file, path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(Some(Self::Unnamed(file))),
                linked => linked.map(|()| None),
            },
            Self::Named(file) => match file.persist_noclobber(path) {
                Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(Some(Self::Named(error.file))),
                named => named.map(|_| None).map_err(|error| error.error),
            },
        }
    }

    /// Gives the file a name, and replaces the file that has it.
    fn replace(self, path: &Path) -> io::Result<()> {
        match self.take_name(path)? {
            None => Ok(()),
            Some(Self::Named(file)) => file.persist(path).map(drop).map_err(|error| error.error),
            Some(Self::Unnamed(file)) => {
                // No system call replaces a file by an unnamed one, so it has a name for a moment.
                let named = builder().make_in(directory_of(path), |path| link(&file, path))?;
                TempPath::persist(named.into_temp_path(), path).map_err(|error| error.error)
            }
        }
    }
}

fn builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".activations-");
    // Temporary files are private by default; an output has the permissions of any new file.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder
}

/// A file in the directory of `path`, with the permissions of any new file or of the file that it replaces.
fn temporary(path: &Path) -> io::Result<Temporary> {
    let old = fs::metadata(path).ok().map(|metadata| metadata.permissions());
    let file = match unnamed(directory_of(path)) {
        Some(opened) => Temporary::Unnamed(opened?),
        None => Temporary::Named(named(directory_of(path))?),
    };
    match (old, &file) {
        (Some(old), Temporary::Unnamed(file)) => file.set_permissions(old)?,
        (Some(old), Temporary::Named(file)) => file.as_file().set_permissions(old)?,
        (None, _) => {}
    }
    Ok(file)
}

/// An unnamed file, where the system and the file system have such files.
#[cfg(target_os = "linux")]
fn unnamed(directory: &Path) -> Option<io::Result<File>> {
    use rustix::fs::{Mode, OFlags, open};
    use rustix::io::Errno;

    // The name is given through /proc.
    if !Path::new("/proc/self/fd").is_dir() {
        return None;
    }
    match open(directory, OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC, Mode::from_raw_mode(0o666)) {
        Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::NOENT) => None,
        opened => Some(opened.map(File::from).map_err(io::Error::from)),
    }
}

#[cfg(not(target_os = "linux"))]
fn unnamed(_directory: &Path) -> Option<io::Result<File>> {
    None
}

#[cfg(target_os = "linux")]
fn link(file: &File, path: &Path) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD, linkat};
    use std::os::fd::AsRawFd;

    let open = format!("/proc/self/fd/{}", file.as_raw_fd());
    Ok(linkat(CWD, open, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}

#[cfg(not(target_os = "linux"))]
fn link(_file: &File, _path: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// A file with a temporary name, which is removed when the program is interrupted.
fn named(directory: &Path) -> io::Result<NamedTempFile> {
    static HANDLER: Once = Once::new();
    static NAMES: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

    // An ignored signal stays ignored, without a handler.
    HANDLER.call_once(|| {
        let _ = ctrlc::try_set_handler(|| {
            let names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
            names.iter().for_each(|name| drop(fs::remove_file(name)));
            std::process::exit(130);
        });
    });
    // The handler waits for this lock, so that it finds every name.
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    let file = builder().tempfile_in(directory)?;
    names.push(file.path().to_owned());
    Ok(file)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use rustix::process::{Pid, Signal, kill_process};
    use std::process::{Command, Stdio};
    use std::time::Duration;

    const DIRECTORY: &str = "ACTIVATIONS_TEST_DIRECTORY";

    fn output(path: PathBuf) -> Output {
        Output { given: path.clone(), destination: Destination::File(path), replace: true }
    }

    #[test]
    fn both_kinds_take_their_names() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("x");
        let kinds = [
            |d: &Path| named(d).map(Temporary::Named),
            |d: &Path| match unnamed(d) {
                Some(file) => file.map(Temporary::Unnamed),
                None => named(d).map(Temporary::Named),
            },
        ];
        for (kind, content) in kinds.iter().cycle().zip(["one", "two", "three"]) {
            let staged = Staged { file: kind(directory.path()).unwrap(), output: output(path.clone()) };
            staged.file().write_all(content.as_bytes()).unwrap();
            let left = staged.commit_new().unwrap();
            assert_eq!(left.is_some(), content != "one");
            left.map_or(Ok(()), Staged::commit).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
            assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "{content}");
        }
    }

    /// What the next test runs, and interrupts.
    #[test]
    fn wait_with_a_named_file() {
        let Some(directory) = std::env::var_os(DIRECTORY) else { return };
        let _file = named(directory.as_ref()).unwrap();
        std::thread::sleep(Duration::from_secs(300));
    }

    #[test]
    fn an_interruption_removes_named_files() {
        for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
            let directory = tempfile::tempdir().unwrap();
            let count = || fs::read_dir(directory.path()).unwrap().count();
            // Whoever started the tests may have had signals ignored, as nohup does.
            let restored = cfg!(target_os = "linux").then_some("--default-signal=HUP,INT,TERM");
            let mut child = Command::new("env")
                .args(restored)
                .arg(std::env::current_exe().unwrap())
                .args(["--exact", "output::staged::tests::wait_with_a_named_file"])
                .env(DIRECTORY, directory.path())
                .stdout(Stdio::null())
                .spawn()
                .unwrap();
            while count() == 0 {
                assert!(child.try_wait().unwrap().is_none(), "it ended");
                std::thread::sleep(Duration::from_millis(5));
            }
            kill_process(Pid::from_child(&child), signal).unwrap();
            assert!(!child.wait().unwrap().success());
            assert_eq!(count(), 0, "{signal:?}");
        }
    }
}
