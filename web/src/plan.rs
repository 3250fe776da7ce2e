//! Plans of calls, and what the reference makes of them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use wgpu_activations::gate::Output;
use wgpu_activations::{Extent, Limits, Op, Pass, Spec, Tuning, With, reference};
use wgpu_activations_harness::check::ulps;

use super::{Answer, text};

/// A call: what is computed, of which shape, with which values.
#[derive(Debug, Deserialize)]
pub(super) struct Call {
    /// A spec's words: function, pass, and what else there is.
    spec: String,
    shape: Vec<usize>,
    #[serde(default = "last")]
    axis: isize,
    #[serde(default)]
    params: BTreeMap<String, f32>,
    #[serde(default)]
    limits: Device,
    /// Whether tensors share a buffer, so that all are bound to be written.
    #[serde(default)]
    shared: bool,
}

fn last() -> isize {
    -1
}

/// What a device allows, and whether it is a CPU.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct Device {
    binding: u64,
    alignment: u64,
    groups: u64,
    buffers: u64,
    #[serde(default)]
    software: bool,
}

impl Default for Device {
    fn default() -> Self {
        let Limits { binding, alignment, groups, buffers, .. } = Limits::default();
        Self { binding, alignment, groups, buffers, software: false }
    }
}

impl Device {
    pub(super) fn limits(self) -> Limits {
        let Self { binding, alignment, groups, buffers, software } = self;
        let tuning = if software { Tuning::SOFTWARE } else { Tuning::DISCRETE };
        Limits { binding, alignment, groups, buffers, tuning }
    }
}

/// A function with values for its parameters, by their names.
pub(super) fn with(of: Op, params: &BTreeMap<String, f32>) -> Result<With<'static>, String> {
    params.iter().try_fold(With::from(of), |with, (name, &value)| with.set(name, value)).map_err(text)
}

impl Call {
    fn of(&self) -> Result<Op, String> {
        Op::find(self.spec.split_whitespace().next().unwrap_or_default()).map_err(text)
    }

    fn extent(&self) -> Result<Extent, String> {
        Extent::along(&self.shape, self.axis).map_err(text)
    }

    /// Elements of a tensor.
    fn length(&self) -> Result<usize, String> {
        let length = self.extent()?.len().and_then(|length| usize::try_from(length).ok());
        length.ok_or_else(|| format!("{}: the shape {:?} is too large", self.spec, self.shape))
    }

    pub(super) fn plan(&self) -> Result<Value, String> {
        let spec: Spec = self.spec.parse().map_err(text)?;
        let limits = self.limits.limits();
        let plan = match self.params.is_empty() {
            true => spec.plan(self.extent()?, &limits),
            false => spec.plan_with(&with(self.of()?, &self.params)?, self.extent()?, &limits),
        };
        let plan = plan.map_err(text)?;
        let plan = if self.shared { plan.all_storage() } else { plan };
        let mut value = serde_json::to_value(plan).map_err(text)?;
        value["spec"] = json!(spec.to_string());
        Ok(value)
    }
}

/// A call of the reference, whose numbers come behind it.
#[derive(Debug, Deserialize)]
pub(super) struct Reference {
    #[serde(flatten)]
    call: Call,
}

impl Reference {
    /// The results one after the other, `f64`, of inputs one after the other, `f32`: x, or a and b, then dy.
    pub(super) fn numbers(&self, bytes: &[u8]) -> Result<Answer, String> {
        let spec: Spec = self.call.spec.parse().map_err(text)?;
        let of = self.call.of()?;
        let with = with(of, &self.call.params)?;
        let extent = self.call.extent()?;
        let with = if matches!(of, Op::RowFunction(_)) { with.along(extent) } else { with };
        let given: Vec<f32> = bytemuck::pod_collect_to_vec(bytes);
        let (gate, backward) = (matches!(of, Op::Gate(_)), spec.pass() != Pass::Forward);
        let tensors = if gate { 2 } else { 1 };
        let length = self.call.length()?;
        let inputs = length.saturating_mul(tensors);
        if given.len() < inputs || !backward && given.len() > inputs {
            let count = given.len();
            return Err(format!(
                "{spec}: {count} numbers, where {tensors} tensor(s) of {length} are needed, and dy behind them backward"
            ));
        }
        let (numbers, dy) = given.split_at(inputs);
        let of = |k: usize| &numbers[k * length..(k + 1) * length];
        let found: Vec<f64> = match (gate, spec.pass()) {
            (true, Pass::Forward) => reference::forward(with, (of(0), of(1))),
            (true, _) => reference::backward(with, (of(0), of(1)), dy).map(|(da, db)| [da, db].concat()),
            (false, Pass::Forward) => reference::forward(with, of(0)),
            (false, Pass::Backward) => reference::backward(with, of(0), dy),
            (false, Pass::BackwardFromOutput) => reference::backward(with.from_output(), of(0), dy),
            _ => return Err(format!("{spec}: the reference gives values, and gradients of inputs")),
        }
        .map_err(text)?;
        Ok(results(&found))
    }

    /// How far values are off, in ULP as checks count them: `f64`, of inputs one after the other and the values behind them, `f32`.
    pub(super) fn errors(&self, bytes: &[u8]) -> Result<Answer, String> {
        let spec: Spec = self.call.spec.parse().map_err(text)?;
        let of = self.call.of()?;
        let tensors = match (of, spec.pass()) {
            (Op::Activation(_), Pass::Forward) => 1,
            (Op::Gate(_), Pass::Forward) => 2,
            _ => return Err(format!("{spec}: errors are counted of values of activations and gates")),
        };
        let length = self.call.length()?;
        let one = size_of::<f32>().saturating_mul(length);
        if bytes.len() != one.saturating_mul(tensors + 1) {
            let count = bytes.len() / size_of::<f32>();
            return Err(format!(
                "{spec}: {count} numbers, where {tensors} tensor(s) of {length} and as many values are needed"
            ));
        }
        let exact: Vec<f64> = bytemuck::pod_collect_to_vec(&self.numbers(&bytes[..tensors * one])?.bytes);
        let given: Vec<f32> = bytemuck::pod_collect_to_vec(bytes);
        let params: Vec<f64> = with(of, &self.call.params)?.params().iter().map(|&v| v.into()).collect();
        let largest = |i: usize| {
            let [first, second] = [i, exact.len() + i].map(|i| f64::from(given[i]));
            match of {
                Op::Activation(a) => a.largest_term(Pass::Forward, first, &params),
                Op::Gate(gate) => gate.largest(Output::Y, first, second, &params),
                _ => 0.0,
            }
        };
        let got = &given[tensors * exact.len()..];
        let errors: Vec<f64> =
            exact.iter().zip(got).enumerate().map(|(i, (&v, &got))| ulps(got, v, largest(i))).collect();
        Ok(results(&errors))
    }
}

fn results(all: &[f64]) -> Answer {
    Answer { value: json!({ "results": all.len() }), bytes: bytemuck::cast_slice(all).to_vec() }
}
