//! Checks beside the reference, run by whoever launches plans.
//!
//! JavaScript waits for its GPU and Rust does not. So each step runs a check from its start, with the results of the plans that have
//! been run as answers, until a plan comes that has none: that is the next question to the GPU.

use std::cell::{Cell, RefCell};

use serde::Deserialize;
use serde_json::{Map, Value, json};
use wgpu_activations::{LaunchPlan, Limits, Op, Pass, Storage};
use wgpu_activations_harness::Error;
use wgpu_activations_harness::check::{self, Case, Report, Runner};

use super::plan::Device;
use super::{Answer, text};

/// A step of the check of a function's passes, in order.
#[derive(Debug, Deserialize)]
pub(super) struct Check {
    function: String,
    dtype: String,
    /// One of how many inputs is tried.
    thin: u32,
    #[serde(default)]
    limits: Device,
    /// The number of the pass.
    case: usize,
    /// The bytes of each buffer of the plans that have been run; they come behind this.
    #[serde(default)]
    runs: Vec<Vec<usize>>,
}

/// A plan with the contents of its buffers.
struct Run {
    plan: LaunchPlan,
    buffers: Vec<Vec<u32>>,
}

/// Answers with what has been run, and keeps the first plan that has not.
struct Replay {
    limits: Limits,
    answers: Vec<Vec<Vec<u32>>>,
    next: Cell<usize>,
    asked: RefCell<Option<Run>>,
}

impl Runner for Replay {
    fn limits(&self) -> Limits {
        self.limits
    }

    fn run(&self, plan: &LaunchPlan, params: &[f32], buffers: Vec<Vec<u32>>) -> Result<Vec<Vec<u32>>, Error> {
        let k = self.next.replace(self.next.get() + 1);
        if let Some(answer) = self.answers.get(k) {
            return Ok(answer.clone());
        }
        let plan = plan.clone().params(params);
        *self.asked.borrow_mut() = Some(Run { plan, buffers });
        Err(Error::device("a plan", "it has not been run yet"))
    }
}

impl Check {
    pub(super) fn step(&self, bytes: &[u8]) -> Result<Answer, String> {
        let storage: Storage = self.dtype.parse().map_err(text)?;
        let cases = Case::all(Op::find(&self.function).map_err(text)?);
        let Some(case) = cases.get(self.case) else {
            return Ok(json!({ "done": true }).into());
        };
        let replay = Replay {
            limits: self.limits.limits(),
            answers: self.answers(bytes)?,
            next: Cell::new(0),
            asked: RefCell::new(None),
        };
        let reports = check::run(&replay, &case.clone().thinned(self.thin), storage);
        match (replay.asked.into_inner(), reports) {
            (Some(Run { plan, buffers }), _) => {
                let lengths: Vec<usize> = buffers.iter().map(|words| 4 * words.len()).collect();
                let plan = serde_json::to_value(plan).map_err(text)?;
                let bytes = buffers.iter().flat_map(|words| bytemuck::cast_slice::<u32, u8>(words)).copied().collect();
                Ok(Answer { value: json!({ "plan": plan, "lengths": lengths }), bytes })
            }
            (None, reports) => {
                let lines = reports.map_err(text)?.iter().map(|report| line(report, storage)).collect::<Vec<_>>();
                Ok(json!({ "lines": lines }).into())
            }
        }
    }

    /// What the GPU said so far.
    fn answers(&self, mut bytes: &[u8]) -> Result<Vec<Vec<Vec<u32>>>, String> {
        let mut take = |length: &usize| {
            let (taken, rest) = bytes.split_at_checked(*length).ok_or("the results of a plan end early")?;
            bytes = rest;
            Ok(bytemuck::pod_collect_to_vec(taken))
        };
        self.runs.iter().map(|lengths| lengths.iter().map(&mut take).collect()).collect()
    }
}

/// A number, also one that JSON has none for.
fn number(value: f64) -> Value {
    serde_json::Number::from_f64(value).map_or_else(|| Value::String(value.to_string()), Value::Number)
}

/// A report as the command line tool writes it.
fn line(report: &Report, storage: Storage) -> Value {
    let Report { function, pass, output, kinks, inputs, max_ulp, bound, ok, .. } = report;
    let single = |v: f32| number(v.to_string().parse().unwrap_or(f64::from(v)));
    // As the command line tool names results.
    let of = Op::find(function).map(|of| of.params()).unwrap_or_default();
    let name = match (output, pass) {
        (Some(output), _) => output.to_string(),
        (None, Pass::ParamGradient(k)) => format!("param_gradient:{}", of.get(*k).map_or("", |param| param.name)),
        (None, pass) => pass.to_string(),
    };
    let params: Map<String, Value> = report.params.iter().map(|&(name, v)| (name.to_owned(), single(v))).collect();
    let at: Vec<Value> = report.at.iter().map(|&v| single(v)).collect();
    json!({
        "function": function,
        "pass": name,
        "dtype": storage.to_string(),
        "params": params,
        "kinks": kinks.to_string(),
        "ok": ok,
        "inputs": inputs,
        "max_ulp": number(*max_ulp),
        "at": if let [at] = &at[..] { at.clone() } else { at.into() },
        "bound": number(*bound),
    })
}
