//! Compilers that are other programs: texts on their standard input, complaints on their standard output.

use std::io::Write;
use std::process::{Command, Stdio};

/// What a compiler says.
pub(super) struct Told {
    /// What stands before all complaints, such as its version; it may be nothing.
    pub(super) version: String,
    /// A line each, which begins with the text's name.
    pub(super) complaints: Vec<String>,
}

/// Texts, in whatever form the program reads them, go to as many processes as there are cores. The last line of each says how many
/// it has seen.
pub(super) fn compile(program: &str, arguments: &[&str], inputs: &[Vec<u8>]) -> Told {
    let count = std::thread::available_parallelism().map_or(1, usize::from).min(inputs.len());
    let part = |k: usize| {
        let mut compiler = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|e| panic!("{program}: {e}"));
        let mut input = compiler.stdin.take().expect("it is a pipe");
        let mine = || inputs.iter().skip(k).step_by(count);
        let (output, expected) = std::thread::scope(|scope| {
            // What it does not read is seen in what it says.
            scope.spawn(move || mine().try_for_each(|bytes| input.write_all(bytes)));
            (compiler.wait_with_output().expect("it ends"), mine().count())
        });
        let lines: Vec<String> = String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
        let last = lines.last().cloned().unwrap_or_default();
        assert!(last.starts_with(&format!("{expected} texts, ")), "{program} stopped: {}, {last}", output.status);
        lines[..lines.len() - 1].to_vec()
    };
    let lines: Vec<String> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..count).map(|k| scope.spawn(move || part(k))).collect();
        running.into_iter().flat_map(|thread| thread.join().expect("a part ends")).collect()
    });
    let (complaints, versions): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| line.contains(": "));
    Told { version: versions.into_iter().next().unwrap_or_default(), complaints }
}
