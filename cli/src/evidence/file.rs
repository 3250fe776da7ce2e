//! Files of evidence.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde_json::Value;
use wgpu_activations_harness::measure::median;

use crate::isa::Line;

/// What such a file says that it is.
pub(super) const SCHEMA: &str = "wgpu-activations/evidence/1";

/// What was found on one adapter.
#[derive(Debug, Deserialize)]
pub(super) struct Evidence {
    /// What tables call it.
    #[serde(default)]
    pub(super) label: String,
    /// The file's name.
    #[serde(skip)]
    pub(super) file: String,
    #[serde(default)]
    pub(super) version: String,
    #[serde(default)]
    pub(super) date: String,
    pub(super) adapter: Value,
    pub(super) check: Vec<Check>,
    #[serde(default)]
    pub(super) bench: Vec<Bench>,
    /// Of compilers that nothing was run on.
    pub(super) texts: Option<Texts>,
    pub(super) isa: Option<Isa>,
}

/// What a compiler made of kernels.
#[derive(Debug, Deserialize)]
pub(super) struct Texts {
    pub(super) compiled: u64,
    /// What it said of those that it did not take.
    pub(super) refused: Vec<String>,
    /// How many it warned of, by the warnings' codes.
    #[serde(default)]
    pub(super) warnings: BTreeMap<String, u64>,
}

/// What `isa --json` wrote.
#[derive(Debug, Deserialize)]
pub(super) struct Isa {
    pub(super) targets: Vec<Target>,
}

/// The machine code for one GPU.
#[derive(Debug, Deserialize)]
pub(super) struct Target {
    pub(super) device: String,
    pub(super) driver: String,
    pub(super) results: Vec<Line>,
}

/// The largest error of a pass.
#[derive(Debug, Deserialize)]
pub(super) struct Check {
    pub(super) function: String,
    pub(super) pass: String,
    #[serde(default)]
    pub(super) params: serde_json::Map<String, Value>,
    pub(super) ok: bool,
    #[serde(default)]
    pub(super) inputs: u64,
    /// Numbers, or strings where JSON has no number.
    #[serde(default)]
    max_ulp: Value,
    #[serde(default)]
    bound: Value,
    #[serde(default)]
    pub(super) at: Value,
    pub(super) error: Option<String>,
}

/// Times of a pass.
#[derive(Debug, Deserialize)]
pub(super) struct Bench {
    pub(super) function: String,
    pub(super) pass: String,
    pub(super) elements: u64,
    seconds: Seconds,
}

#[derive(Debug, Deserialize)]
struct Seconds {
    kernel: Vec<f64>,
    copy: Vec<f64>,
    /// The formula with WGSL's built-ins.
    naive: Option<Vec<f64>>,
}

fn ratio(these: &[f64], those: &[f64]) -> f64 {
    median(these.iter().zip(those).map(|(this, that)| this / that).collect())
}

fn real(value: &Value) -> f64 {
    value.as_f64().or_else(|| value.as_str()?.parse().ok()).unwrap_or(f64::NAN)
}

impl Check {
    pub(super) fn ulp(&self) -> f64 {
        real(&self.max_ulp)
    }

    pub(super) fn bound(&self) -> f64 {
        real(&self.bound)
    }

    /// The error in bounds; of what has none, 0 for no error, and infinite where nothing was found.
    pub(super) fn share(&self) -> f64 {
        match (self.ulp(), self.bound()) {
            _ if self.error.is_some() => f64::INFINITY,
            (0.0, _) => 0.0,
            (ulp, bound) => ulp / bound,
        }
    }

    /// Function, parameters and pass.
    pub(super) fn title(&self) -> String {
        let params: String = self.params.iter().map(|(name, value)| format!(" {name}={value}")).collect();
        format!("{}{params} {}", self.function, self.pass)
    }

    /// What is wrong, or how far it is off and where.
    pub(super) fn told(&self) -> String {
        match &self.error {
            Some(error) => error.lines().next().unwrap_or_default().to_owned(),
            None => format!("{} of {} ULP at {}", short(self.ulp()), short(self.bound()), self.at),
        }
    }
}

impl Bench {
    /// The time in copies: the median of the ratios of each repetition.
    pub(super) fn copies(&self) -> f64 {
        ratio(&self.seconds.kernel, &self.seconds.copy)
    }

    /// The same in calls of the naive formula.
    pub(super) fn formulas(&self) -> Option<f64> {
        self.seconds.naive.as_ref().map(|naive| ratio(&self.seconds.kernel, naive))
    }
}

impl Evidence {
    pub(super) fn beyond(&self) -> impl Iterator<Item = &Check> {
        self.check.iter().filter(|line| !line.ok)
    }

    /// A member of the adapter's description.
    pub(super) fn adapter(&self, member: &str) -> &str {
        self.adapter[member].as_str().unwrap_or_default()
    }

    /// The adapter's name; browsers tell other things than drivers do.
    pub(super) fn name(&self) -> String {
        let known = ["name", "description", "outside", "device"].map(|member| self.adapter(member));
        let known = known.into_iter().find(|text| !text.is_empty()).map(str::to_owned);
        known
            .unwrap_or_else(|| format!("{} {}", self.adapter("vendor"), self.adapter("architecture")).trim().to_owned())
    }

    /// Every file of a folder, by name. Other JSON is an error that names it: nothing is left out without a word.
    pub(super) fn all(folder: &Path) -> Result<Vec<Self>> {
        let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
        let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
        paths.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
        paths.sort();
        let all = paths.iter().map(|path| Self::read(path)).collect::<Result<Vec<_>>>()?;
        ensure!(
            !all.is_empty(),
            "{} holds no evidence: `activations evidence -o FILE.json` writes some",
            folder.display()
        );
        Ok(all)
    }

    fn read(path: &Path) -> Result<Self> {
        let shown = path.display();
        let text = fs::read_to_string(path).with_context(|| shown.to_string())?;
        let value: Value = serde_json::from_str(&text).with_context(|| format!("{shown} is no JSON"))?;
        match value["schema"].as_str() {
            Some(SCHEMA) => {}
            Some(other) => bail!("{shown} has the schema {other:?}, this reads {SCHEMA:?}"),
            None => bail!("{shown} is no evidence: it has no schema, this reads {SCHEMA:?}"),
        }
        let mut evidence: Self =
            serde_json::from_value(value).with_context(|| format!("{shown} is not as its schema says"))?;
        evidence.file = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if evidence.label.is_empty() {
            evidence.label.clone_from(&evidence.file);
        }
        Ok(evidence)
    }
}

/// A number in a table.
pub(super) fn short(v: f64) -> String {
    match v {
        v if !v.is_finite() => v.to_string(),
        v if v.abs() >= 1e5 => format!("{v:.1e}"),
        v => format!("{v:.3}").trim_end_matches('0').trim_end_matches('.').to_owned(),
    }
}

/// What all of these hold, function by function in the order that they came: for each of `all` the line with the largest share of its bound.
pub(super) fn matrix<'a>(all: &[&'a Evidence]) -> Vec<(String, Vec<Option<&'a Check>>)> {
    let mut rows: Vec<(String, Vec<Option<&Check>>)> = Vec::new();
    for (k, evidence) in all.iter().enumerate() {
        for line in &evidence.check {
            let place = rows.iter().position(|(name, _)| *name == line.function).unwrap_or_else(|| {
                rows.push((line.function.clone(), vec![None; all.len()]));
                rows.len() - 1
            });
            let cell = &mut rows[place].1[k];
            if cell.is_none_or(|worst| line.share() > worst.share()) {
                *cell = Some(line);
            }
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(name: &str, text: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(name), text).unwrap();
        format!("{:#}", Evidence::all(folder.path()).unwrap_err())
    }

    #[test]
    fn other_files_are_named() {
        assert!(refused("a.json", "{").contains("a.json is no JSON"));
        assert!(refused("a.json", "{}").contains("no schema"));
        assert!(refused("a.json", r#"{ "schema": "other/2" }"#).contains("\"other/2\""));
        assert!(
            refused("a.json", &format!(r#"{{ "schema": "{SCHEMA}", "adapter": {{}} }}"#))
                .contains("missing field `check`")
        );
        assert!(refused("a.txt", "").contains("holds no evidence"));
    }

    #[test]
    fn the_worst_line_of_a_function_stands_in_the_matrix() {
        let line = |function: &str, pass: &str, ulp: &str, ok: bool| {
            format!(
                r#"{{ "function": "{function}", "pass": "{pass}", "ok": {ok}, "max_ulp": {ulp}, "bound": 2, "at": 1 }}"#
            )
        };
        let lines = [
            line("relu", "forward", "0", true),
            line("gelu", "forward", "1.5", true),
            line("gelu", "backward", "\"inf\"", false),
        ];
        let text =
            format!(r#"{{ "schema": "{SCHEMA}", "adapter": {{ "name": "x" }}, "check": [{}] }}"#, lines.join(","));
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("one.json"), text).unwrap();
        let all = Evidence::all(folder.path()).unwrap();
        assert_eq!((all[0].label.as_str(), all[0].name().as_str(), all[0].beyond().count()), ("one", "x", 1));
        let rows = matrix(&all.iter().collect::<Vec<_>>());
        assert_eq!(rows.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["relu", "gelu"]);
        assert_eq!(rows[1].1[0].map(|line| line.told()), Some("inf of 2 ULP at 1".to_owned()));
    }
}
