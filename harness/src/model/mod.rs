//! Kernels under all that a conformant driver may do: their own text, evaluated on the CPU with the permissions that WGSL, Vulkan,
//! Direct3D and Metal give to drivers.
//!
//! ```
//! use wgpu_activations::{Limits, Spec, activation::SIGMOID};
//! use wgpu_activations_harness::check::Runner;
//! use wgpu_activations_harness::model::{Driver, Model};
//! let plan = Spec::forward(&SIGMOID).plan(4, &Limits::default())?;
//! for driver in Driver::ALL {
//!     let x = [0.0, 1.0, -1.0, -80.0].map(f32::to_bits).to_vec();
//!     let buffers = Model::new(*driver).run(&plan, &[], vec![x, vec![0; 4]])?;
//!     assert!((f32::from_bits(buffers[1][0]) - 0.5).abs() < 1e-6);
//! }
//! # Ok::<(), wgpu_activations_harness::Error>(())
//! ```

mod driver;
mod expression;
mod float;
mod layout;
mod machine;
mod math;
mod memory;
mod operators;
mod rearrange;
mod value;

use naga::valid::{Capabilities, ValidationFlags, Validator};
use naga::{AddressSpace, GlobalVariable, Handle};
use wgpu_activations::{Contents, Launch, LaunchPlan, Limits};

use crate::device::{Runner, thread_to_a_row};
use crate::error::{Error, Result};
pub use driver::{Driver, Error as Deviation, Use};
use machine::{Bound, Machine, Operand};

/// A device that runs plans as a driver may.
#[derive(Clone, Copy, Debug)]
pub struct Model {
    driver: Driver,
}

impl Model {
    /// With the permissions of a driver.
    pub fn new(driver: Driver) -> Self {
        Self { driver }
    }

    /// The driver that it follows.
    pub fn driver(&self) -> Driver {
        self.driver
    }

    fn launch(&self, launch: &Launch, params: &[f32], buffers: &mut Vec<Vec<u32>>) -> machine::Evaluated<()> {
        let text = &launch.text;
        let module = naga::front::wgsl::parse_str(text).map_err(|error| error.emit_to_string(text))?;
        let mut validator = Validator::new(ValidationFlags::all(), Capabilities::SHADER_FLOAT16_IN_FLOAT32);
        let info = validator.validate(&module).map_err(|error| error.emit_to_string(text))?;
        let tensors = buffers.len();
        // Uniforms and workgroup memory are buffers of their own, behind the plan's.
        let mut bounds: Vec<(Handle<GlobalVariable>, Bound)> = Vec::new();
        for (handle, variable) in module.global_variables.iter() {
            let binding = variable.binding.as_ref().map(|binding| binding.binding);
            let bound = launch.bindings.iter().find(|b| Some(b.binding) == binding).map(|b| (&b.contents, b.name));
            let own = |words: Vec<u32>, buffers: &mut Vec<Vec<u32>>| {
                buffers.push(words);
                Bound { buffer: buffers.len() - 1, start: 0, words: buffers[buffers.len() - 1].len() }
            };
            let bound = match (bound, variable.space) {
                (Some((Contents::Buffer { buffer, offset, bytes }, _)), _) => {
                    Bound { buffer: *buffer, start: *offset as usize / 4, words: *bytes as usize / 4 }
                }
                (Some((Contents::Bytes(bytes), name)), _) => {
                    let mut words: Vec<u32> = bytemuck::pod_collect_to_vec(bytes);
                    if name == "params" {
                        words.iter_mut().zip(params).for_each(|(word, value)| *word = value.to_bits());
                    }
                    own(words, buffers)
                }
                (None, AddressSpace::Private) => continue,
                (None, AddressSpace::WorkGroup) => {
                    let ty = &module.types[variable.ty].inner;
                    let words = layout::words(&module, ty).ok_or("workgroup memory of this type")?;
                    own(vec![0; words.last().map_or(0, |last| *last as usize + 1)], buffers)
                }
                _ => return Err(format!("the variable {:?}", variable.name)),
            };
            bounds.push((handle, bound));
        }
        let entry = module.entry_points.iter().find(|entry| entry.name == launch.entry_point);
        let entry = entry.ok_or("an entry point of this name")?;
        let index = module.entry_points.iter().position(|other| other.name == entry.name).unwrap_or(0);
        let bound = |handle| bounds.iter().find(|(other, _)| *other == handle).map(|(_, bound)| *bound);
        let lanes = entry.workgroup_size.iter().product::<u32>() as usize;
        let [x, y, z] = launch.workgroups;
        for number in 0..x * y * z {
            let group = [number % x, number / x % y, number / (x * y)];
            let mut machine = Machine {
                module: &module,
                info: &info,
                driver: self.driver,
                lanes,
                group,
                bound: &bound,
                buffers,
                unique: 0,
                locals: Vec::new(),
                loops: 0,
            };
            machine.own_variables()?;
            let mut arguments = Vec::new();
            for argument in &entry.function.arguments {
                let Some(naga::Binding::BuiltIn(builtin)) = argument.binding else {
                    return Err(format!("the argument {:?}", argument.name));
                };
                arguments.push(Operand::Value(machine.told(builtin, entry.workgroup_size)?));
            }
            machine.call(&entry.function, info.get_entry_point(index), arguments, &vec![true; lanes])?;
        }
        buffers.truncate(tensors);
        Ok(())
    }
}

impl Runner for Model {
    fn limits(&self) -> Limits {
        thread_to_a_row()
    }

    fn run(&self, plan: &LaunchPlan, params: &[f32], buffers: Vec<Vec<u32>>) -> Result<Vec<Vec<u32>>> {
        let mut given = buffers.into_iter();
        let own = |bytes: u64| {
            let mut words = given.next().unwrap_or_default();
            words.resize(bytes as usize / 4, 0);
            words
        };
        let mut all: Vec<Vec<u32>> = plan.buffers.iter().map(|buffer| buffer.bytes).map(own).collect();
        for launch in &plan.launches {
            self.launch(launch, params, &mut all).map_err(|reason| Error::Device {
                what: format!("the model of the driver {:?}", self.driver.name),
                reason,
            })?;
        }
        all.truncate(plan.buffers.len());
        Ok(all)
    }
}
