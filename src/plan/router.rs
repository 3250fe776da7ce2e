//! Kernels of routers: the best experts of each row.

use super::row::{RowArgs, block};
use super::{
    Access, Body, Dispatch, Family, Join, Key, Layout, Limits, Op, Placement, Plan, Share, Slot, Spec, Tensor, narrow,
};
use crate::error::{Error, Result};
use crate::function::RowFunction;
use crate::router::{MAX_EXPERTS, MAX_TOP};
use crate::tensor::{Extent, Pass, Storage};
use crate::wgsl;

/// The family of routers.
pub(super) struct Router;

/// Logits that a thread keeps.
const EACH: u64 = 8;
/// Threads of a workgroup: those of a row of the most experts.
const THREADS: u64 = MAX_EXPERTS / EACH;

/// How many experts a router keeps, and whether weights are shares of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Top {
    pub(crate) count: u32,
    pub(crate) renormalized: bool,
}

impl Spec {
    /// The same [router](crate::router) that keeps so many experts of each row.
    pub fn top(mut self, count: u32) -> Self {
        self.top.count = count;
        self
    }

    /// The same router with weights that add up to its scale: each by the sum of those chosen.
    pub fn renormalized(mut self) -> Self {
        self.top.renormalized = true;
        self
    }

    /// Whether it is a router.
    pub(super) fn routes(&self) -> Option<&'static RowFunction> {
        match self.of {
            Op::RowFunction(row) if row.routes => Some(row),
            _ => None,
        }
    }
}

impl Family for Router {
    fn check(&self, spec: &Spec) -> Result<()> {
        let function = spec.name();
        let wrong = |reason| Err(Error::NoKernel { function, reason });
        match spec.pass {
            _ if spec.in_place || spec.accumulate || spec.per_channel => {
                wrong("a router has outputs of its own, and its experts share their parameters")
            }
            _ if spec.top.count == 0 || spec.top.count > MAX_TOP => {
                wrong("a router keeps 1 to 32 experts of each row: Spec::top")
            }
            Pass::Forward | Pass::Backward => Ok(()),
            _ => Err(Error::NoOutputDerivative { function }),
        }
    }

    fn shape(&self, _: &Spec, extent: Extent, _: u64) -> Result<Extent> {
        Ok(extent)
    }

    fn tensors(&self, spec: &Spec, shape: Extent, len: u64, _: u64) -> Vec<Tensor> {
        let kept = shape.outer.saturating_mul(shape.inner).saturating_mul(u64::from(spec.top.count));
        let read = |slot, role, len| Tensor { slot, role, len, written: false };
        let out = |slot, role, len| Tensor { slot, role, len, written: true };
        let x = read(Slot::A, "x", len);
        match spec.pass {
            Pass::Forward => {
                let own = [x, out(Slot::Out, "y", kept), out(Slot::Out2, "indices", kept)];
                own.into_iter().chain(spec.tensors_beside(shape)).collect()
            }
            _ => vec![x, read(Slot::B, "indices", kept), read(Slot::C, "dy", kept), out(Slot::Out, "dx", len)],
        }
    }

    fn keys(&self, _: &Spec, limits: &Limits) -> Vec<Key> {
        let key = Key { threads: THREADS as u32, ..Key::new(Body::Router, 1, Layout::Gathered) };
        let alone = limits.tuning.thread_per_row.map(|_| Key { join: Join::Thread, ..key });
        alone.into_iter().chain([key]).flat_map(|key| key.and_aliased(true)).collect()
    }

    fn slots(&self, spec: &Spec, _: Key) -> Vec<Slot> {
        let one = Extent { outer: 1, channels: 1, inner: 1 };
        let tensors = self.tensors(spec, one, 1, 0);
        [Slot::Args, Slot::Params].into_iter().chain(tensors.into_iter().map(|tensor| tensor.slot)).collect()
    }

    fn accesses(&self, spec: &Spec, _: Key) -> Vec<Access> {
        let of = |tensor: Tensor| match tensor.written {
            true => Access::write(tensor.slot, spec.stored(tensor.slot), 1),
            false => Access::read(tensor.slot, spec.stored(tensor.slot), 1),
        };
        let one = Extent { outer: 1, channels: 1, inner: 1 };
        self.tensors(spec, one, 1, 0).into_iter().map(of).collect()
    }

    fn text(&self, spec: &Spec, key: Key) -> (Vec<String>, String) {
        let Some(row) = spec.routes() else { return Default::default() };
        let alone = key.join == Join::Thread;
        let kernel = match spec.pass {
            Pass::Forward if alone => "kernel/router/forward_alone",
            Pass::Forward => "kernel/router/forward",
            _ => "kernel/router/backward",
        };
        let join = if alone { "kernel/row/thread" } else { "kernel/row/workgroup" };
        let shared = [join, "storage/f32x4", "storage/lanes", "params/uniform", "kernel/row/repeat"];
        let files = [kernel].into_iter().chain(shared).map(str::to_owned).chain([row.file()]);
        let (name, bias) = (row.symbol, spec.neighbours.bias);
        let softmax = wgsl::source(&row.file()).is_some_and(|text| text.contains("inverse(sum)"));
        let glue = format!(
            "const THREADS = {THREADS}u;\n\nconst EACH = {EACH}u;\n\nconst TOP = {}u;\n\nconst NORMALIZED = {};\n\n\
             const SHARED = {softmax};\n\n\
             fn seen_of(row: u32) -> vec3<i32> {{\n    return vec3<i32>(0);\n}}\n\n\
             fn nan_or(v: f32, x: f32) -> f32 {{\n    \
             return select(v, x, (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u);\n}}\n\n\
             fn score(x: f32, m: f32, sum: f32) -> f32 {{\n    \
             return nan_or(nan_or({name}(x, m, sum), x), m);\n}}\n\n\
             fn score_dx(x: f32, m: f32, sum: f32, ds: f32, dot: f32) -> f32 {{\n    \
             return nan_or(nan_or({name}_dx(x, m, sum, ds, dot), x), m);\n}}\n\n\
             fn bias_of(at: u32) -> f32 {{\n    return {};\n}}\n\n",
            spec.top.count,
            spec.top.renormalized,
            if bias { "bitcast<f32>(read_biases(at))" } else { "0.0" },
        );
        let needs = ["math/exp", "math/ratio"].map(str::to_owned);
        (files.chain(needs).collect(), glue)
    }

    fn plan(&self, spec: &Spec, extent: Extent, outer: u64, _: u64, _: u64, at: &Placement<'_>) -> Result<Plan> {
        let Extent { channels, inner, outer: count } = extent;
        let (top, function) = (u64::from(spec.top.count), spec.name());
        if channels > MAX_EXPERTS {
            let (what, limit) = ("a router's row", MAX_EXPERTS);
            return Err(Error::TooLarge { what, size: channels, limit, unit: "experts" });
        }
        if top > channels {
            let reason = format!("{function}: {top} experts of a row that has {channels}: keep fewer (Spec::top)");
            return Err(Error::Extent { reason });
        }
        if extent.is_empty() {
            return Ok(Plan::default());
        }
        let alone = at.limits.tuning.thread_per_row.is_some_and(|rows| count * inner >= rows);
        let threads = if alone { 1 } else { channels.div_ceil(EACH).next_power_of_two() };
        let (slots, span) = (THREADS / threads, channels * inner);
        let room = at.binding().saturating_sub(at.unit()) / 4;
        let step = (room / span.max(top * inner)).min(at.limits.reach() / inner / THREADS);
        if step == 0 {
            return Err(Error::TooLarge { what: "a router's rows", size: span, limit: room, unit: "elements" });
        }
        let key = Key {
            threads: THREADS as u32,
            aliased: at.aliased,
            join: if alone { Join::Thread } else { Join::Workgroup },
            ..Key::new(Body::Router, 1, Layout::Gathered)
        };
        let mut dispatches = Vec::new();
        for start in (0..count).step_by(step as usize) {
            let outers = step.min(count - start);
            let rows = outers * inner;
            let groups = at.limits.fold(rows.div_ceil(slots))?;
            let args = RowArgs {
                rows: narrow(rows)?,
                width: groups[0],
                span: narrow(span)?,
                inner: narrow(inner)?,
                length: narrow(channels)?,
                packs: narrow(channels)?,
                threads: narrow(threads)?,
                rounds: if alone { narrow(channels)? } else { EACH as u32 },
                outer: narrow(outer + start)?,
                repeat: 1,
                next_row: narrow(threads)?,
                chunks: 1,
                ..RowArgs::default()
            };
            let range = |tensor: Tensor| {
                let bytes = spec.bytes(tensor.slot);
                let (first, len) = match tensor.slot {
                    Slot::Bias => (0, channels),
                    _ if matches!(tensor.role, "x" | "dx") => (start * span, outers * span),
                    _ => (start * inner * top, rows * top),
                };
                at.range(tensor.slot, tensor.slot, first * bytes, len * bytes, bytes)
            };
            let part = (start * span, outers * span);
            let share = Some(Share { start: part.0, len: part.1, unit: channels, larger: 0, group: slots });
            let ranges = self.tensors(spec, extent, extent.len().unwrap_or(0), 0).into_iter().map(range).collect();
            dispatches.push(Dispatch { key, args: block(args), ranges, groups, share });
        }
        Ok(Plan { dispatches, ..Plan::default() })
    }
}

/// How a router's tensor is stored, if that is not as usual: indices are words.
pub(super) fn stored(slot: Slot, pass: Pass) -> Option<Storage> {
    matches!((slot, pass), (Slot::Out2, Pass::Forward) | (Slot::B, Pass::Backward)).then_some(Storage::F32)
}
