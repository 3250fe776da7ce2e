//! `activations isa`: what a GPU's compiler makes of kernels, where there need be no GPU.

mod compile;
mod line;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use serde_json::{Value, json};
use wgpu_activations::{Op, Storage};
use wgpu_activations_harness::isa::{Compiler, GPUS, Gpu};

use crate::catalogue::functions;
use crate::dtype::Dtype;
use crate::kernel::Kernel;
use crate::output::Claims;
use crate::text::{self, Console};
use compile::{jobs, lines};
pub(crate) use line::Line;
use line::{table, verdict};

/// What is asked of where nothing else is named.
const COMMON: [&str; 14] = [
    "relu",
    "leaky_relu",
    "relu6",
    "sigmoid",
    "silu",
    "tanh",
    "elu",
    "selu",
    "softplus",
    "gelu",
    "gelu_tanh",
    "mish",
    "hardswish",
    "quick_gelu",
];
/// Where Mesa's driver for AMD GPUs says that it is.
const RADV: [&str; 3] = [
    "/usr/share/vulkan/icd.d/radeon_icd.x86_64.json",
    "/usr/share/vulkan/icd.d/radeon_icd.json",
    "/usr/share/vulkan/icd.d/radeon_icd.aarch64.json",
];

#[derive(Args)]
pub(crate) struct IsaArgs {
    /// Names of functions, or `all` [default: the common ones]
    names: Vec<String>,
    /// Passes, as for `show --kernel`
    #[arg(long, value_name = "PASS", value_delimiter = ',', default_values = ["forward", "backward"])]
    pass: Vec<String>,
    /// Storage types of the tensors
    #[arg(long, value_enum, value_delimiter = ',', default_values = ["f32", "f16", "bf16"])]
    dtype: Vec<Dtype>,
    /// Families of AMD GPUs that Mesa's RADV compiles for, such as vega10, navi21 and gfx1100
    #[arg(long, value_name = "NAME", value_delimiter = ',', default_values = ["navi21"])]
    family: Vec<String>,
    /// RADV's manifest, where it is not at the usual place
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// Ask the first driver that the environment admits, and that tells, instead of RADV
    #[arg(long, conflicts_with_all = ["family", "manifest"])]
    here: bool,
    /// Also write the results to a JSON file; with - to standard output, and the table to standard error
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Fail where a kernel takes over 3 % more cycles or instructions than in this earlier --json of the same driver
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Replace an existing file
    #[arg(long)]
    force: bool,
}

pub(crate) fn isa(args: &IsaArgs) -> Result<()> {
    let mut claims = Claims::new(args.force);
    let output = claims.claim_if(args.json.as_deref(), &["json"])?;
    let console = Console::beside(&claims);
    let before = args.baseline.as_deref().map(read).transpose()?.unwrap_or_default();
    let results: Vec<Value> = if args.here {
        vec![here(args)?]
    } else {
        let manifest = args
            .manifest
            .clone()
            .or_else(radv)
            .context("Mesa's RADV is not installed: on Debian `apt-get install mesa-vulkan-drivers`")?;
        args.family.iter().map(|family| elsewhere(args, &manifest, family)).collect::<Result<_>>()?
    };
    let (mut all, mut baseline) = (Vec::new(), Vec::new());
    for result in &results {
        all.extend(parse(result)?);
        console.print(format_args!("{} {}\n", result["device"].as_str().unwrap_or(""), driver(result)))?;
        // Another version of a driver may do better or worse.
        let same = before.iter().filter(|target| driver(target) == driver(result));
        let same: Vec<Line> = same.map(parse).collect::<Result<Vec<_>>>()?.concat();
        if same.is_empty() && !before.is_empty() {
            console.print(format_args!("not compared: the baseline is not of {}\n", driver(result)))?;
        }
        baseline.extend(same);
    }
    console.print(table(&all))?;
    if let Some(output) = output {
        output.write(format!("{:#}\n", report(&results)).as_bytes())?;
    }
    verdict(&all, &baseline)
}

/// What machine code there is of the common ones of some functions, as `isa --json` has it: by the adapter's own driver if that
/// tells, and by RADV for its GPU that need not be there if that is installed.
pub(crate) fn found(functions: &[Op], adapter: &str) -> Result<Option<Value>> {
    let names: Vec<String> =
        functions.iter().map(|f| f.name().to_owned()).filter(|name| COMMON.contains(&&**name)).collect();
    if names.is_empty() {
        return Ok(None);
    }
    let args = IsaArgs {
        names,
        pass: ["forward", "backward"].map(str::to_owned).to_vec(),
        dtype: vec![Dtype::F32, Dtype::F16, Dtype::Bf16],
        family: vec!["navi21".to_owned()],
        manifest: None,
        here: true,
        json: None,
        baseline: None,
        force: false,
    };
    let mut targets = Vec::new();
    if let Ok(compiler) = Compiler::open()
        && compiler.name() == adapter
    {
        targets.push(with(&compiler, &args)?);
    }
    if let Some(manifest) = radv() {
        targets.push(elsewhere(&args, &manifest, &args.family[0])?);
    }
    Ok((!targets.is_empty()).then(|| report(&targets)))
}

/// A file that `--json` wrote.
pub(crate) fn report_of(path: &Path) -> Result<Value> {
    Ok(report(&read(path)?))
}

/// RADV's manifest, where it is installed.
fn radv() -> Option<PathBuf> {
    RADV.iter().map(PathBuf::from).find(|path| path.exists())
}

/// What `--json` writes.
fn report(targets: &[Value]) -> Value {
    let gpu = |gpu: &Gpu| json!({ "name": gpu.name, "simds": gpu.simds, "ghz": gpu.clock, "gb_per_s": gpu.bandwidth, "source": gpu.source });
    json!({ "gpus": GPUS.iter().map(gpu).collect::<Vec<_>>(), "targets": targets })
}

/// The targets of an earlier run's JSON.
fn read(path: &Path) -> Result<Vec<Value>> {
    let file = || path.display();
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", file()))?;
    let value: Value = serde_json::from_str(&text).with_context(|| format!("{} is no JSON", file()))?;
    let targets = value["targets"].as_array().with_context(|| format!("{} is not from `isa --json`", file()))?;
    for target in targets {
        parse(target).with_context(|| file().to_string())?;
    }
    Ok(targets.clone())
}

fn driver(result: &Value) -> &str {
    result["driver"].as_str().unwrap_or("")
}

fn parse(result: &Value) -> Result<Vec<Line>> {
    Ok(serde_json::from_value(result["results"].clone())?)
}

/// Compiles in this process, by the first driver that tells.
fn here(args: &IsaArgs) -> Result<Value> {
    with(&Compiler::open()?, args)
}

fn with(compiler: &Compiler, args: &IsaArgs) -> Result<Value> {
    let target = std::env::var("RADV_FORCE_FAMILY").unwrap_or_else(|_| compiler.name().to_owned());
    let storages: Vec<Storage> = args.dtype.iter().map(|dtype| dtype.storage()).collect();
    let passes = args.pass.iter().map(|name| match name.parse::<Kernel>() {
        Ok(kernel) => Ok((name.clone(), kernel)),
        Err(error) => bail!("{name}: {error}"),
    });
    let common: Vec<String> = COMMON.map(str::to_owned).to_vec();
    let named: Vec<Op> = match &args.names[..] {
        [] => functions(&common, Storage::F32)?,
        [all] if all == "all" => functions(&[], Storage::F32)?,
        names => functions(names, Storage::F32)?,
    };
    let jobs = jobs(&named, &passes.collect::<Result<Vec<_>>>()?, &storages);
    ensure!(!jobs.is_empty(), "none of these functions has such a kernel");
    let bar = text::progress(jobs.len());
    let mut all = Vec::new();
    for job in &jobs {
        bar.set_message(job.function.name());
        all.extend(lines(compiler, &target, job)?);
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(json!({ "device": compiler.name(), "driver": compiler.version(), "results": serde_json::to_value(all)? }))
}

/// Compiles in a process of its own, whose environment names the driver and the family.
fn elsewhere(args: &IsaArgs, manifest: &Path, family: &str) -> Result<Value> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("isa").args(&args.names).args(["--here", "--json", "-", "--pass", &args.pass.join(",")]);
    let dtypes: Vec<String> = args.dtype.iter().map(|dtype| dtype.storage().to_string()).collect();
    command.args(["--dtype", &dtypes.join(",")]);
    command.env("VK_DRIVER_FILES", manifest).env("VK_ICD_FILENAMES", manifest).env("RADV_FORCE_FAMILY", family);
    // RADV counts an instruction as one turn of a SIMD, which on RDNA is of 32 lanes.
    command.env("RADV_PERFTEST", "cswave32");
    let done = command.output().context("cannot run a process for the driver")?;
    let whole = || String::from_utf8_lossy(&done.stderr).lines().last().unwrap_or_default().to_owned();
    let value: Value = serde_json::from_slice(&done.stdout).map_err(|_| anyhow::anyhow!("{family}: {}", whole()))?;
    let result = value["targets"][0].clone();
    ensure!(result.is_object(), "{family}: {}", whole());
    Ok(result)
}
