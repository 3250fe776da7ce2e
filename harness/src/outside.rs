//! Kernels run by another program: by another implementation of WebGPU, or as another compiler translates them.
//!
//! For each plan the program reads a line of JSON from its standard input, the [`LaunchPlan`] with the parameters' values in
//! place, then the contents of the plan's buffers one after the other. It writes a line of JSON to its standard output, with
//! the member `error` if it failed, else what the buffers hold after it.

use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use naga::back::msl;
use naga::valid::{Capabilities, ValidationFlags, Validator};
use wgpu_activations::{LaunchPlan, Limits};

use crate::device::{Runner, thread_to_a_row};
use crate::error::{Error, Result};

/// What a program takes kernels' texts in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Language {
    /// As they are.
    #[default]
    Wgsl,
    /// Metal's, as naga translates them, with every binding as storage.
    Msl,
}

/// A program that runs plans.
#[derive(Debug)]
pub struct Outside {
    command: String,
    language: Language,
    program: Mutex<Program>,
}

#[derive(Debug)]
struct Program {
    process: Child,
    requests: BufWriter<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Outside {
    /// Starts a program: its path and arguments, parted by spaces.
    ///
    /// ```no_run
    /// use wgpu_activations::{Pass, Storage, activation::GELU};
    /// use wgpu_activations_harness::check::{self, Case};
    /// use wgpu_activations_harness::outside::{Language, Outside};
    /// let dawn = Outside::start("node scripts/outside/dawn.mjs", Language::Wgsl)?;
    /// let reports = check::run(&dawn, &Case::new(&GELU, Pass::Forward), Storage::F32)?;
    /// assert!(reports[0].ok);
    /// # Ok::<(), wgpu_activations_harness::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Device`] if it does not start.
    pub fn start(command: &str, language: Language) -> Result<Self> {
        let failed = |reason: String| Error::Device { what: format!("{command:?}"), reason };
        let mut words = command.split_whitespace();
        let program = words.next().ok_or_else(|| failed("no program is named".to_owned()))?;
        let started = Command::new(program).args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut process = started.map_err(|error| failed(error.to_string()))?;
        let (Some(input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(failed("it has no standard input and output".to_owned()));
        };
        let program = Program { process, requests: BufWriter::new(input), answers: BufReader::new(output) };
        Ok(Self { command: command.to_owned(), language, program: Mutex::new(program) })
    }

    fn failed(&self, reason: impl ToString) -> Error {
        Error::Device { what: format!("{:?}", self.command), reason: reason.to_string() }
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        let program = self.program.get_mut().unwrap_or_else(PoisonError::into_inner);
        // It may have ended before.
        let _ = program.process.kill();
        let _ = program.process.wait();
    }
}

impl Runner for Outside {
    fn limits(&self) -> Limits {
        match self.language {
            Language::Wgsl => Limits::default(),
            // What stands in for a GPU may know no barriers.
            Language::Msl => thread_to_a_row(),
        }
    }

    fn run(&self, plan: &LaunchPlan, params: &[f32], buffers: Vec<Vec<u32>>) -> Result<Vec<Vec<u32>>> {
        let mut plan = plan.clone().params(params);
        if self.language == Language::Msl {
            plan = plan.all_storage();
            for launch in &mut plan.launches {
                launch.text = to_msl(&launch.text).map_err(|reason| self.failed(reason))?;
            }
        }
        let mut program = self.program.lock().unwrap_or_else(PoisonError::into_inner);
        program.send(&plan, buffers).and_then(|()| program.receive(&plan)).map_err(|error| self.failed(error))
    }
}

impl Program {
    fn send(&mut self, plan: &LaunchPlan, buffers: Vec<Vec<u32>>) -> std::io::Result<()> {
        serde_json::to_writer(&mut self.requests, plan)?;
        self.requests.write_all(b"\n")?;
        let mut given = buffers.into_iter();
        for buffer in &plan.buffers {
            let mut words = given.next().unwrap_or_default();
            words.resize(buffer.bytes as usize / 4, 0);
            self.requests.write_all(bytemuck::cast_slice(&words))?;
        }
        self.requests.flush()
    }

    fn receive(&mut self, plan: &LaunchPlan) -> std::io::Result<Vec<Vec<u32>>> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        let told: serde_json::Value = serde_json::from_str(&line)?;
        if let Some(error) = told.get("error") {
            return Err(std::io::Error::other(error.as_str().unwrap_or("it failed").to_owned()));
        }
        let answer = |buffer: &wgpu_activations::LaunchBuffer| {
            let mut words = vec![0u32; buffer.bytes as usize / 4];
            self.answers.read_exact(bytemuck::cast_slice_mut(&mut words))?;
            Ok(words)
        };
        plan.buffers.iter().map(answer).collect()
    }
}

/// A kernel in Metal's language.
fn to_msl(text: &str) -> std::result::Result<String, String> {
    let module = naga::front::wgsl::parse_str(text).map_err(|error| error.emit_to_string(text))?;
    let mut validator = Validator::new(ValidationFlags::all(), Capabilities::SHADER_FLOAT16_IN_FLOAT32);
    let info = validator.validate(&module).map_err(|error| error.emit_to_string(text))?;
    let options = msl::Options { lang_version: (1, 2), fake_missing_bindings: true, ..msl::Options::default() };
    let (text, _) = msl::write_string(&module, &info, &options, &msl::PipelineOptions::default())
        .map_err(|error| error.to_string())?;
    Ok(text)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use wgpu_activations::{Spec, activation::LEAKY_RELU};

    #[test]
    fn what_a_program_says_is_what_the_buffers_hold() {
        let plan = Spec::forward(&LEAKY_RELU).plan(4, &Limits::default()).unwrap();
        for language in [Language::Wgsl, Language::Msl] {
            // It says what it was told, the plan and the buffers.
            let echo = Outside::start("cat", language).unwrap();
            for words in [[1, 2, 3, 4], [5, 6, 7, 8]] {
                assert_eq!(echo.run(&plan, &[0.5], vec![words.to_vec()]).unwrap(), [words.to_vec(), vec![0; 4]]);
            }
        }
    }

    #[test]
    fn programs_that_fail_say_so() {
        let plan = Spec::forward(&LEAKY_RELU).plan(4, &Limits::default()).unwrap();
        let error = Outside::start("false", Language::Wgsl).unwrap().run(&plan, &[], Vec::new()).unwrap_err();
        assert!(error.to_string().contains("\"false\""), "{error}");
        for none in ["", "/none/such --at all"] {
            assert!(Outside::start(none, Language::Wgsl).is_err());
        }
        let file = std::env::temp_dir().join(format!("outside-{}.sh", std::process::id()));
        std::fs::write(&file, "echo '{\"error\": \"no such device\"}'; cat >/dev/null\n").unwrap();
        let program = Outside::start(&format!("sh {}", file.display()), Language::Wgsl).unwrap();
        let error = program.run(&plan, &[], Vec::new()).unwrap_err();
        std::fs::remove_file(&file).unwrap();
        assert!(error.to_string().contains("no such device"), "{error}");
    }
}
