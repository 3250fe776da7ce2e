//! `activations plan`: what a launcher of any kind needs to run a kernel.

use std::fmt::Write;

use anyhow::Result;
use clap::{Args, ValueEnum};
use serde::Serialize;
use wgpu_activations::{Contents, Extent, LaunchPlan, Limits, Op, Tuning};

use crate::dtype::Dtype;
use crate::kernel::Kernel;
use crate::text;

#[derive(Args)]
pub(crate) struct PlanArgs {
    /// Name or alias of the function, as any framework spells it
    name: String,
    /// Elements of the tensor
    #[arg(long, value_name = "N", conflicts_with = "shape", required_unless_present = "shape")]
    len: Option<usize>,
    /// Sizes of the tensor's axes, for functions of rows
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    shape: Vec<usize>,
    /// The axis of the rows; negative axes count from the end
    #[arg(long, value_name = "AXIS", default_value_t = -1, allow_negative_numbers = true)]
    axis: isize,
    /// The pass, as for `show --kernel`
    #[arg(long, value_name = "PASS", default_value = "forward")]
    pass: Kernel,
    /// Storage type of the tensors
    #[arg(long, value_enum, default_value_t)]
    dtype: Dtype,
    /// The kind of device to divide the work for
    #[arg(long, value_enum, default_value_t)]
    tuning: Kind,
    /// The largest storage binding in bytes
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().binding)]
    binding: u64,
    /// Bytes that bindings begin at a multiple of
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().alignment)]
    alignment: u64,
    /// Workgroups along a dimension of a dispatch
    #[arg(long, value_name = "N", default_value_t = Limits::default().groups)]
    groups: u64,
    /// Storage buffers of a kernel
    #[arg(long, value_name = "N", default_value_t = Limits::default().buffers)]
    buffers: u64,
    /// Bind everything as storage that may be written, arguments too, for launchers without uniforms
    #[arg(long)]
    all_storage: bool,
    /// Print all of it as JSON, texts and bytes too
    #[arg(long)]
    json: bool,
}

/// Kinds of devices.
#[derive(Clone, Copy, Default, ValueEnum)]
enum Kind {
    #[default]
    Discrete,
    Integrated,
    Software,
}

/// The plan with what it is for.
#[derive(Serialize)]
struct Document {
    spec: String,
    extent: Extent,
    limits: Limits,
    #[serde(flatten)]
    plan: LaunchPlan,
}

pub(crate) fn plan(args: &PlanArgs) -> Result<()> {
    let tuning = match args.tuning {
        Kind::Discrete => Tuning::DISCRETE,
        Kind::Integrated => Tuning::INTEGRATED,
        Kind::Software => Tuning::SOFTWARE,
    };
    let (binding, alignment, groups, buffers) = (args.binding, args.alignment, args.groups, args.buffers);
    let limits = Limits { binding, alignment, groups, buffers, tuning };
    let spec = args.pass.spec(&Op::find(&args.name)?)?.storage(args.dtype.storage());
    let extent = match args.len {
        // A row for functions of rows.
        Some(len) => Extent::along(&[len], 0)?,
        None => Extent::along(&args.shape, args.axis)?,
    };
    let plan = spec.plan(extent, &limits)?;
    let plan = if args.all_storage { plan.all_storage() } else { plan };
    if args.json {
        let document = Document { spec: spec.to_string(), extent, limits, plan };
        return text::print(format_args!("{}\n", serde_json::to_string_pretty(&document)?));
    }
    text::print(describe(&plan)?)
}

/// Buffers and dispatches, a line each.
fn describe(plan: &LaunchPlan) -> Result<String> {
    let mut out = String::new();
    for buffer in &plan.buffers {
        let contents = match buffer.elements {
            0 => "between the dispatches".to_owned(),
            elements => format!("{elements} elements of {}", buffer.storage),
        };
        writeln!(out, "buffer {:8} {} bytes, {contents}", buffer.name, buffer.bytes)?;
    }
    for launch in &plan.launches {
        let binding = |binding: &wgpu_activations::LaunchBinding| match &binding.contents {
            Contents::Bytes(bytes) => format!("{}={}: {} bytes", binding.binding, binding.name, bytes.len()),
            Contents::Buffer { buffer, offset, bytes } => {
                let name = plan.buffers.get(*buffer).map_or("", |buffer| buffer.name);
                format!("{}={}: {name} {offset}..{}", binding.binding, binding.name, offset + bytes)
            }
        };
        let bindings: Vec<String> = launch.bindings.iter().map(binding).collect();
        let ([x, y, _], threads) = (launch.workgroups, launch.workgroup_size[0]);
        writeln!(out, "dispatch {x} x {y} workgroups of {threads}; {}", bindings.join(", "))?;
    }
    Ok(out)
}
