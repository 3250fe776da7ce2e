//! `bench --baseline`: each row beside the row of an earlier run.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail, ensure};
use serde_json::{Value, json};
use wgpu_activations::wgpu::AdapterInfo;
use wgpu_activations::{Gpu, Pass, Storage};

use super::collect::Stage;
use super::compare::{Change, LEAST, Verdict};
use super::further::further;
use super::line::{Line, milliseconds};
use super::saved::{Row, Saved, ratios};
use crate::device;
use crate::number;
use crate::text::{Table, counted};

/// Rounds that follow where the first says that a row became slower or faster, or cannot tell.
const FURTHER: usize = 2;
/// The most repetitions in one of these.
const MOST: usize = 45;

/// An earlier run that the rows of this one can be compared with.
pub(super) struct Baseline {
    path: PathBuf,
    saved: Saved,
}

/// Rows of two runs, side by side.
pub(super) struct Comparison {
    path: String,
    date: String,
    rows: Vec<Compared>,
    /// Rows that only one of the two has.
    only_before: usize,
    only_now: usize,
}

struct Compared {
    function: &'static str,
    pass: Pass,
    elements: u64,
    length: u64,
    before: f64,
    now: f64,
    samples: [usize; 2],
    change: Change,
}

impl Baseline {
    pub(super) fn read(path: &Path) -> Result<Self> {
        Ok(Self { path: path.to_owned(), saved: Saved::read(path)? })
    }

    /// Fails unless it is of this adapter, and has a row that is to be measured.
    pub(super) fn check(&self, info: Option<&AdapterInfo>, storage: Storage, stages: &[Stage]) -> Result<()> {
        let (saved, file) = (&self.saved, self.path.display());
        let here = info.map_or(Value::Null, device::to_json);
        let place = |adapter: &Value| {
            let field = |key: &str| adapter[key].as_str().unwrap_or("?").to_owned();
            ["name", "backend", "driver"].map(field)
        };
        let told = |adapter: &Value| match adapter.is_null() {
            true => "no adapter".to_owned(),
            false => place(adapter).join(", "),
        };
        let same = !saved.adapter.is_null() && place(&saved.adapter) == place(&here);
        ensure!(same, "{file} is of another machine: of {}, and this is {}", told(&saved.adapter), told(&here));
        let dtype = storage.to_string();
        if let (Some(row), true) = (saved.rows.first(), saved.rows.iter().all(|row| row.dtype != dtype)) {
            bail!("{file} is of tensors of {}, and these are of {dtype}", row.dtype);
        }
        let known = |row: &Row| {
            stages
                .iter()
                .any(|stage| stage.jobs.iter().any(|job| row.is_of(job, storage, (stage.elements, stage.caches))))
        };
        ensure!(saved.rows.iter().any(known), "{file} has no row in common with what is to be measured");
        Ok(())
    }

    /// Compares lines with the rows that they have here. Where something seems to have changed, further rounds, on new
    /// tensors, join the lines' samples.
    pub(super) fn compare(&self, gpu: &Gpu, storage: Storage, lines: &mut [Line]) -> Result<Comparison> {
        let row =
            |line: &Line| self.saved.rows.iter().find(|row| row.is_of(&line.job, storage, (line.asked, line.caches)));
        let mut rounds: Vec<Vec<usize>> = lines.iter().map(|line| vec![line.samples.len()]).collect();
        let change = |line: &Line, rounds: &[usize]| row(line).map(|row| change(row, line, rounds));
        for _ in 0..FURTHER {
            let suspects: Vec<usize> = (0..lines.len())
                .filter(|&k| row(&lines[k]).is_some_and(|row| row.ratios(false).len() >= LEAST))
                .filter(|&k| change(&lines[k], &rounds[k]).is_some_and(|change| change.suspect()))
                .collect();
            let count = suspects.iter().map(|&k| rounds[k][0]).max().unwrap_or(0).clamp(LEAST, MOST);
            further(gpu, storage, lines, &suspects, count)?;
            suspects.iter().for_each(|&k| rounds[k].push(count));
        }
        let rows = lines.iter().zip(&rounds).filter_map(|(line, rounds)| {
            let (row, now) = (row(line)?, line.gpu.as_ref()?);
            Some(Compared {
                function: line.function,
                pass: line.pass,
                elements: line.elements,
                length: line.length,
                before: row.call_seconds.as_ref().map_or(f64::NAN, |seconds| seconds.median),
                now: now.seconds,
                samples: [row.ratios(false).len(), line.samples.len()],
                change: change(line, rounds)?,
            })
        });
        let rows: Vec<Compared> = rows.collect();
        let dtype = storage.to_string();
        let before = self.saved.rows.iter().filter(|row| row.dtype == dtype).count();
        Ok(Comparison {
            path: self.path.display().to_string(),
            date: self.saved.date.clone(),
            only_before: before.saturating_sub(rows.len()),
            only_now: lines.len() - rows.len(),
            rows,
        })
    }
}

/// What became of a row; `rounds` are the numbers of samples that the line got in turn.
fn change(row: &Row, line: &Line, rounds: &[usize]) -> Change {
    // Two clocks are not compared with each other: the wall clock has told both.
    let by_device = row.by_device() && line.gpu.as_ref().is_some_and(|m| m.by_device);
    let now = ratios(&line.samples, by_device);
    let mut rest = &now[..];
    let mut parts = Vec::new();
    for &count in rounds {
        let (part, later) = rest.split_at(count.min(rest.len()));
        parts.push(part);
        rest = later;
    }
    Change::of(&row.ratios(by_device), &parts)
}

impl Comparison {
    pub(super) fn slower(&self) -> usize {
        self.count(Verdict::Slower)
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    fn count(&self, verdict: Verdict) -> usize {
        self.rows.iter().filter(|row| row.change.verdict == verdict).count()
    }

    pub(super) fn title(&self) -> String {
        format!("compared with {} of {}", self.path, self.date)
    }

    pub(super) fn table(&self) -> Table<9> {
        let mut table = Table::new([
            "function",
            "pass",
            ">row",
            ">elements",
            ">baseline ms",
            ">now ms",
            ">change %",
            ">99 % interval",
            "verdict",
        ]);
        let percent = |part: f64| format!("{:+.1}", 100.0 * part);
        for Compared { function, pass, elements, length, before, now, change, .. } in &self.rows {
            let [low, high] = change.interval.map(percent);
            table.row([
                (*function).into(),
                pass.to_string(),
                if *length > 1 { length.to_string() } else { String::new() },
                elements.to_string(),
                milliseconds(*before),
                milliseconds(*now),
                percent(change.change),
                format!("{low} to {high}"),
                change.verdict.to_string(),
            ]);
        }
        table
    }

    /// Counts, and what the columns mean.
    pub(super) fn summary(&self) -> String {
        let counts = Verdict::ALL.map(|verdict| format!("{} {verdict}", self.count(verdict))).join(", ");
        let mut text = format!("{}: {counts}", counted(self.rows.len(), "row"));
        for (count, place) in [(self.only_before, "the baseline"), (self.only_now, "this run")] {
            if count > 0 {
                text += &format!("; {} only in {place}", counted(count, "row"));
            }
        }
        if self.rows.iter().any(|row| row.samples.iter().any(|&count| count < LEAST)) {
            text += &format!("; fewer than {LEAST} samples decide nothing");
        }
        text + "\nchange: of the time over that of the copying kernel beside it; slower or faster is what lies beyond 5 % with \
                all of its interval"
    }

    pub(super) fn to_json(&self) -> Value {
        let row = |row: &Compared| {
            let [low, high] = row.change.interval.map(number::json);
            json!({
                "function": row.function,
                "pass": row.pass.to_string(),
                "elements": row.elements,
                "row": row.length,
                "baseline_seconds": number::json(row.before),
                "seconds": number::json(row.now),
                "baseline_samples": row.samples[0],
                "samples": row.samples[1],
                "change": number::json(row.change.change),
                "change_low": low,
                "change_high": high,
                "verdict": row.change.verdict.to_string(),
            })
        };
        let mut value = json!({
            "baseline": self.path,
            "date": self.date,
            "only_in_baseline": self.only_before,
            "only_now": self.only_now,
            "rows": self.rows.iter().map(row).collect::<Vec<_>>(),
        });
        for verdict in Verdict::ALL {
            value[verdict.to_string()] = self.count(verdict).into();
        }
        value
    }
}
