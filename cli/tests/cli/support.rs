//! A directory of one's own, the binary run in it, and .npy files made and read by hand.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

pub(crate) struct Sandbox(TempDir);

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
    }

    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// Writes a little-endian f4 file in C order.
    pub(crate) fn write_f4(&self, name: &str, shape: &str, data: &[f32]) {
        let data: Vec<u8> = data.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.write(name, npy("<f4", false, shape, &data));
    }

    /// Reads what the program wrote: its shape as Python writes it, and its data.
    pub(crate) fn read_f4(&self, name: &str) -> (String, Vec<f32>) {
        let bytes = self.bytes(name);
        assert_eq!(&bytes[..8], b"\x93NUMPY\x01\x00");
        let start = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
        let header = std::str::from_utf8(&bytes[10..start]).unwrap();
        assert!(header.contains("'descr': '<f4', 'fortran_order': False"), "{header}");
        let (_, shape) = header.split_once("'shape': ").unwrap();
        let (shape, _) = shape.split_once(", }").unwrap();
        let values = bytes[start..].chunks(4).map(|b| f32::from_le_bytes(b.try_into().unwrap()));
        (shape.to_string(), values.collect())
    }

    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Runs `activations` with the words of `args`.
    pub(crate) fn run(&self, args: &str) -> Output {
        self.command(args).output().unwrap()
    }

    pub(crate) fn command(&self, args: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_activations"));
        // Drivers have nothing to say of it on stderr.
        command.args(args.split_whitespace()).current_dir(self.0.path()).env_remove("XDG_RUNTIME_DIR");
        command
    }

    /// Runs it with these bytes on standard input, which is a pipe.
    pub(crate) fn piped(&self, args: &str, stdin: &[u8]) -> Output {
        let mut command = self.command(args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut pipe = child.stdin.take().unwrap();
        std::thread::scope(|scope| {
            // Who refuses it need not read it.
            scope.spawn(move || drop(pipe.write_all(stdin)));
            child.wait_with_output().unwrap()
        })
    }

    /// Runs what must succeed without a word on stderr; returns stdout.
    #[track_caller]
    pub(crate) fn succeed(&self, args: &str) -> String {
        let Output { status, stdout, stderr } = self.run(args);
        let stderr = String::from_utf8(stderr).unwrap();
        assert!(status.success() && stderr.is_empty(), "{args}: {status} {stderr}");
        String::from_utf8(stdout).unwrap()
    }

    /// Runs what must fail with one line on stderr; returns that line.
    #[track_caller]
    pub(crate) fn fail(&self, args: &str) -> String {
        let Output { status, stderr, .. } = self.run(args);
        let stderr = String::from_utf8(stderr).unwrap();
        assert_eq!(status.code(), Some(1), "{args}: {stderr}");
        assert!(stderr.starts_with("error: "), "{args}: {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{args}: {stderr}");
        assert!(stderr.len() < 1000, "{args}: {stderr}");
        stderr
    }
}

/// A version 1 file.
pub(crate) fn npy(descr: &str, fortran_order: bool, shape: &str, data: &[u8]) -> Vec<u8> {
    let order = if fortran_order { "True" } else { "False" };
    let header = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}\n");
    let len = (header.len() as u16).to_le_bytes();
    [b"\x93NUMPY\x01\x00", len.as_slice(), header.as_bytes(), data].concat()
}

/// Numbers of both signs and many sizes, the same in every run.
pub(crate) fn sample(count: usize) -> Vec<f32> {
    (0..count).map(|i| ((i * 37 + 11) % 101) as f32 / 8.0 - 6.0).collect()
}

/// Equal to a few units of the last place, or of the terms of a small sum.
#[track_caller]
pub(crate) fn assert_close(actual: &[f32], expected: &[f64]) {
    assert_eq!(actual.len(), expected.len());
    for (i, (&actual, &expected)) in actual.iter().zip(expected).enumerate() {
        let error = (f64::from(actual) - expected).abs();
        assert!(error <= 1e-6 * expected.abs().max(0.1), "[{i}]: {actual} for {expected}");
    }
}

/// Whether there is an adapter; says so loudly if not, and fails where one is required.
pub(crate) fn gpu() -> bool {
    static FOUND: OnceLock<bool> = OnceLock::new();
    *FOUND.get_or_init(|| {
        let output = Sandbox::new().run("adapters");
        if !output.status.success() {
            eprintln!("NO GPU: {}", String::from_utf8_lossy(&output.stderr).trim());
            let required = std::env::var_os("REQUIRE_GPU").is_some_and(|value| value == "1");
            assert!(!required, "REQUIRE_GPU=1 and there is no adapter");
        }
        output.status.success()
    })
}
