//! What a check found, in a table and in JSON.

use anyhow::{Result, ensure};
use serde_json::{Map, Value, json};
use wgpu_activations::activation::Kinks;
use wgpu_activations::{Op, Storage};

use crate::number;
use crate::text::{Table, one_line};

/// A function with its parameter values, and whose gradients hold at kinks.
pub(super) struct Of {
    function: Op,
    params: Vec<(&'static str, f32)>,
    kinks: Kinks,
}

/// One line of the table.
pub(super) struct Line {
    function: Op,
    params: Vec<(&'static str, f32)>,
    pass: String,
    kinks: Kinks,
    /// What was measured, or why nothing could be.
    outcome: Result<Measured, String>,
}

pub(super) struct Measured {
    pub(super) inputs: u64,
    pub(super) max_ulp: f64,
    pub(super) at: Vec<f32>,
    pub(super) bound: f64,
    pub(super) ok: bool,
    /// Of modelled drivers the one with this error.
    pub(super) driver: Option<&'static str>,
}

impl Of {
    pub(super) fn new(function: Op, params: &[f32], kinks: Kinks) -> Self {
        let params = function.params().iter().map(|param| param.name).zip(params.iter().copied());
        Self { function, params: params.collect(), kinks }
    }

    /// The line of a pass, or of why there is none.
    pub(super) fn line(&self, pass: String, outcome: Result<Measured, String>) -> Line {
        let outcome = outcome.map_err(|error| one_line(&error));
        Line { function: self.function, params: self.params.clone(), pass, kinks: self.kinks, outcome }
    }
}

/// Fails if a check failed.
pub(super) fn verdict(lines: &[Line]) -> Result<()> {
    let count = lines.len();
    let failed = lines.iter().filter(|line| line.outcome.is_err()).count();
    let beyond: Vec<String> = lines.iter().filter_map(Line::beyond).collect();
    let (excess, first) = (beyond.len(), beyond.first().map_or(String::new(), |first| format!(", the first {first}")));
    ensure!(failed == 0, "{failed} of {count} checks could not be made, and {excess} exceed their bound{first}");
    ensure!(excess == 0, "{excess} of {count} checks exceed their bound{first}");
    Ok(())
}

pub(super) fn table(lines: &[Line]) -> Table<8> {
    let mut table = Table::new(["function", "parameters", "pass", ">inputs", ">worst ULP", ">at", ">bound", "ok"]);
    for line in lines {
        let [inputs, worst, at, bound, ok] = match &line.outcome {
            Ok(measured) => [
                measured.inputs.to_string(),
                format!("{:.3}", measured.max_ulp),
                measured.at.iter().map(|&at| number::short(at)).collect::<Vec<_>>().join(", "),
                measured.bound.to_string(),
                if measured.ok { "yes" } else { "NO" }.into(),
            ],
            Err(error) => ["-".into(), "-".into(), "-".into(), "-".into(), format!("error: {}", clipped(error))],
        };
        let driver = line.outcome.as_ref().ok().and_then(|measured| measured.driver);
        let kinks = (line.kinks != Kinks::Torch).then(|| format!(" ({})", line.kinks));
        let driver = driver.map(|driver| format!(", {driver}"));
        let pass = [Some(line.pass.clone()), kinks, driver].into_iter().flatten().collect::<String>();
        table.row([line.function.name().into(), changed_params(line), pass, inputs, worst, at, bound, ok]);
    }
    table
}

/// The beginning of a message, which may hold a whole shader.
fn clipped(error: &str) -> String {
    let short: String = error.chars().take(100).collect();
    if short.len() < error.len() { short + " ..." } else { short }
}

/// The parameters that have not their defaults.
fn changed_params(line: &Line) -> String {
    let default = |name: &str, value: f32| {
        line.function.params().iter().any(|param| param.name == name && param.default as f32 == value)
    };
    let changed = line.params.iter().filter(|&&(name, value)| !default(name, value));
    let changed: Vec<_> = changed.map(|&(name, value)| format!("{name}={}", number::short(value))).collect();
    changed.join(", ")
}

impl Line {
    /// What exceeds its bound, and by how much.
    fn beyond(&self) -> Option<String> {
        let Measured { max_ulp, bound, .. } = self.outcome.as_ref().ok().filter(|measured| !measured.ok)?;
        let what = [self.function.name(), &changed_params(self), &self.pass].map(str::to_owned);
        let what: Vec<_> = what.into_iter().filter(|part| !part.is_empty()).collect();
        Some(format!("{}: {max_ulp:.3} of {bound} ULP", what.join(" ")))
    }

    pub(super) fn to_json(&self, storage: Storage) -> Value {
        let params = self.params.iter();
        let params: Map<_, _> = params.map(|&(name, value)| (name.to_string(), number::json_f32(value))).collect();
        let mut line = json!({
            "function": self.function.name(),
            "pass": self.pass,
            "dtype": storage.to_string(),
            "params": params,
            "kinks": self.kinks.to_string(),
            "ok": self.outcome.as_ref().is_ok_and(|measured| measured.ok),
        });
        match &self.outcome {
            Ok(measured) => {
                let at: Vec<Value> = measured.at.iter().map(|&at| number::json_f32(at)).collect();
                line["inputs"] = measured.inputs.into();
                line["max_ulp"] = number::json(measured.max_ulp);
                line["at"] = if let [at] = &at[..] { at.clone() } else { at.into() };
                line["bound"] = number::json(measured.bound);
                if let Some(driver) = measured.driver {
                    line["driver"] = driver.into();
                }
            }
            Err(error) => line["error"] = error.as_str().into(),
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernel_that_does_not_compile_is_a_line() {
        let relu = Op::find("relu").unwrap();
        let of = Of::new(relu, &[], Kinks::Torch);
        let message = format!("no\n{}", "x".repeat(5000));
        let broken = format!("compiling relu: {message}");
        let measured = |ok| Ok(Measured { inputs: 9, max_ulp: 0.5, at: vec![1.0], bound: 1.0, ok, driver: None });
        let mut lines = vec![of.line("forward".into(), measured(true))];
        assert!(verdict(&lines).is_ok());
        lines.push(of.line("backward".into(), measured(false)));
        let first = "the first relu backward: 0.500 of 1 ULP";
        let verdict_of_two = verdict(&lines).unwrap_err().to_string();
        assert_eq!(verdict_of_two, format!("1 of 2 checks exceed their bound, {first}"));
        lines.push(of.line("backward".into(), Err(broken)));
        let verdict = verdict(&lines).unwrap_err().to_string();
        assert_eq!(verdict, format!("1 of 3 checks could not be made, and 1 exceed their bound, {first}"));

        let text = table(&lines).to_string();
        assert!(text.contains("error: compiling relu: no xxx") && text.lines().count() == 5, "{text}");
        assert!(text.lines().all(|line| line.len() < 200), "{text}");
        let json = lines[2].to_json(Storage::F32);
        assert!(json["error"].as_str().unwrap().len() > 5000 && json["ok"] == false, "{json}");
        assert!(lines[0].to_json(Storage::F32)["ok"] == true && json["max_ulp"].is_null());
    }
}
