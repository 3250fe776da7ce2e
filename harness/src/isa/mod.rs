//! What a driver's compiler makes of kernels: instructions, registers, busy cycles. Nothing runs, so the GPU need not be there: Mesa's
//! RADV compiles for AMD GPUs of any family where `RADV_FORCE_FAMILY` names one.
//!
//! ```no_run
//! use wgpu_activations::{Limits, Spec, activation::GELU};
//! use wgpu_activations_harness::isa::Compiler;
//! // With VK_DRIVER_FILES=.../radeon_icd.x86_64.json and RADV_FORCE_FAMILY=navi21 in the environment.
//! let compiler = Compiler::open()?;
//! let code = &compiler.plan(&Spec::forward(&GELU).plan(1 << 20, &Limits::default())?)?[0];
//! println!("{}: {} instructions, {:?} cycles", compiler.name(), code.instructions, code.cycles);
//! # Ok::<(), wgpu_activations_harness::Error>(())
//! ```

mod gpus;
mod vulkan;

use std::ffi::CString;

use naga::AddressSpace;
use naga::back::spv;
use naga::proc::{BoundsCheckPolicies, BoundsCheckPolicy};
use naga::valid::{Capabilities, ValidationFlags, Validator};
use wgpu_activations::LaunchPlan;

pub use gpus::{GPUS, Gpu};
use vulkan::{Binding, Driver};

use crate::error::{Error, Result};
use crate::naive::COPY;

/// Kernels that move as much as a forward pass, a backward pass and a gate's backward pass: entry points.
pub const COPIES: [&str; 3] = ["one_to_one", "two_to_one", "three_to_two"];

/// A number that a driver tells of a kernel.
#[derive(Clone, Debug, PartialEq)]
struct Statistic {
    name: String,
    value: f64,
}

/// The machine code of a kernel, as far as its driver tells.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Code {
    /// Lanes of a wave, which a SIMD works on together.
    pub lanes: u32,
    /// Instructions.
    pub instructions: u64,
    /// Vector registers of a lane.
    pub registers: u64,
    /// Registers that did not suffice, and went to memory.
    pub spills: u64,
    /// Waves that a SIMD can hold at once.
    pub waves: u64,
    /// Cycles that a SIMD is busy with a wave, as the driver estimates.
    pub cycles: Option<f64>,
    /// Cycles from a wave's begin to its end, as the driver estimates.
    pub latency: Option<f64>,
}

impl Code {
    /// Busy cycles for 128 elements, of which an invocation takes so many.
    pub fn cycles_of_128(&self, elements: f64) -> Option<f64> {
        self.cycles.map(|cycles| cycles * 128.0 / (f64::from(self.lanes) * elements))
    }
}

/// A driver that compiles and tells.
pub struct Compiler(Driver);

impl Compiler {
    /// The first device whose driver has `VK_KHR_pipeline_executable_properties`, of those that the environment admits.
    ///
    /// # Errors
    /// [`Error::Device`] if there is none.
    pub fn open() -> Result<Self> {
        Ok(Self(Driver::open()?))
    }

    /// The device's name.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The driver's version.
    pub fn version(&self) -> &str {
        &self.0.version
    }

    /// The machine code of each launch of a plan.
    ///
    /// # Errors
    /// As [`Compiler::text`].
    pub fn plan(&self, plan: &LaunchPlan) -> Result<Vec<Code>> {
        plan.launches.iter().map(|launch| self.text(&launch.text, launch.entry_point)).collect()
    }

    /// The machine code of one of [`COPIES`].
    ///
    /// # Errors
    /// As [`Compiler::text`].
    pub fn copy(&self, entry_point: &str) -> Result<Code> {
        self.text(COPY, entry_point)
    }

    /// The machine code of a text's entry point, translated to SPIR-V as wgpu does.
    ///
    /// # Errors
    /// [`Error::Device`] for a text that is not valid, or that the driver does not compile.
    pub fn text(&self, wgsl: &str, entry_point: &str) -> Result<Code> {
        let failed = |reason: String| Error::Device { what: format!("compiling {entry_point}"), reason };
        let module = naga::front::wgsl::parse_str(wgsl).map_err(|error| failed(error.emit_to_string(wgsl)))?;
        let info = Validator::new(ValidationFlags::all(), Capabilities::SHADER_FLOAT16_IN_FLOAT32).validate(&module);
        let info = info.map_err(|error| failed(error.emit_to_string(wgsl)))?;
        let buffer = if self.0.robust { BoundsCheckPolicy::Unchecked } else { BoundsCheckPolicy::Restrict };
        let options = spv::Options {
            lang_version: (1, 5),
            flags: spv::WriterFlags::empty(),
            zero_initialize_workgroup_memory: spv::ZeroInitializeWorkgroupMemoryMode::None,
            force_loop_bounding: true,
            bounds_check_policies: BoundsCheckPolicies {
                index: BoundsCheckPolicy::Restrict,
                buffer,
                ..BoundsCheckPolicies::default()
            },
            ..spv::Options::default()
        };
        let stage = naga::ShaderStage::Compute;
        let pipeline = spv::PipelineOptions { shader_stage: stage, entry_point: entry_point.to_owned() };
        let words = spv::write_vec(&module, &info, &options, Some(&pipeline)).map_err(|e| failed(e.to_string()))?;
        let bindings: Vec<Binding> = module
            .global_variables
            .iter()
            .filter_map(|(_, variable)| {
                let uniform = variable.space == AddressSpace::Uniform;
                Some(Binding { number: variable.binding.as_ref()?.binding, uniform })
            })
            .collect();
        let entry = CString::new(entry_point).map_err(|error| failed(error.to_string()))?;
        let (lanes, statistics) = self.0.statistics(&words, &entry, &bindings)?;
        let of = |name: &str| statistics.iter().find(|s| s.name == name).map(|s| s.value);
        let whole = |names: &[&str]| names.iter().filter_map(|name| of(name)).sum::<f64>() as u64;
        Ok(Code {
            lanes,
            instructions: whole(&["Instructions"]),
            registers: whole(&["VGPRs"]),
            spills: whole(&["Spilled VGPRs", "Spilled SGPRs"]),
            waves: whole(&["Subgroups per SIMD"]),
            cycles: of("Inverse Throughput"),
            latency: of("Latency"),
        })
    }
}
