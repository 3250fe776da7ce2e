//! Plans as data, for launchers that are not ours: another major version of wgpu, Dawn, a browser, a framework's own runtime.

use super::{Binding, Limits, Plan, Slot, Spec, WORD};
use crate::error::{Error, Result};
use crate::function::With;
use crate::tensor::{Extent, Storage};

/// All that it takes to run a [`Spec`] on tensors of some extent: buffers, and dispatches in order.
///
/// ```
/// use wgpu_activations::{Limits, Spec, activation::GELU};
/// let plan = Spec::forward(&GELU).plan(1000, &Limits::default())?;
/// let [x, y] = &plan.buffers[..] else { panic!("two buffers") };
/// assert_eq!((x.name, x.bytes, y.name), ("x", 4000, "y"));
/// let launch = &plan.launches[0];
/// assert!(launch.text.contains("fn gelu(") && launch.entry_point == "main");
/// assert_eq!((launch.workgroup_size, launch.workgroups), ([256, 1, 1], [1, 1, 1]));
/// # Ok::<(), wgpu_activations::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct LaunchPlan {
    /// Buffers to bind, each to begin where an offset may: the caller's tensors, then memory between the dispatches.
    pub buffers: Vec<LaunchBuffer>,
    /// Dispatches, each of which sees what those before it have written.
    pub launches: Vec<Launch>,
}

/// A buffer of a [`LaunchPlan`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct LaunchBuffer {
    /// What it holds: `x`, `dy`, `y` ... for tensors, `partials` and `states` for memory between the dispatches.
    pub name: &'static str,
    /// Its size, a multiple of 4.
    pub bytes: u64,
    /// The elements of a tensor; 0 for memory between the dispatches, which needs no particular contents.
    pub elements: u64,
    /// How these are stored; a mask of bools holds bytes instead.
    pub storage: Storage,
    /// Whether it is written.
    pub written: bool,
}

/// One dispatch of a [`LaunchPlan`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Launch {
    /// The kernel's WGSL, complete. It writes its workgroup's memory before it reads it, so that need not be cleared: with wgpu,
    /// `zero_initialize_workgroup_memory: false`.
    pub text: String,
    /// The name of its entry point.
    pub entry_point: &'static str,
    /// Threads of a workgroup.
    pub workgroup_size: [u32; 3],
    /// Workgroups of the dispatch.
    pub workgroups: [u32; 3],
    /// What group 0 binds, which is all that the kernel uses.
    pub bindings: Vec<LaunchBinding>,
}

/// A binding of a [`Launch`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct LaunchBinding {
    /// Its number in group 0.
    pub binding: u32,
    /// The variable's name in the text.
    pub name: &'static str,
    /// How the text declares it.
    pub access: LaunchAccess,
    /// What is bound.
    pub contents: Contents,
}

/// How a kernel may use a binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum LaunchAccess {
    /// `var<uniform>`
    Uniform,
    /// `var<storage, read>`
    Read,
    /// `var<storage, read_write>`
    ReadWrite,
}

/// What a binding holds.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Contents {
    /// These bytes: a dispatch's arguments or, as `params`, four or eight `f32` with the parameters'
    /// values, by default the defaults.
    Bytes(Vec<u8>),
    /// A range of a buffer of the plan.
    Buffer {
        /// The buffer's index in [`LaunchPlan::buffers`].
        buffer: usize,
        /// Where the range begins: a multiple of the alignment in [`Limits`].
        offset: u64,
        /// Its bytes.
        bytes: u64,
    },
}

impl Spec {
    /// All that it takes to run this on tensors of an extent, or a length, each at the start of a buffer of its own. A mask is
    /// taken to have the axes of one row and all inside it.
    ///
    /// # Errors
    /// As [`Spec::check`]; [`Error::Extent`] and [`Error::TooLarge`] for what cannot be dispatched within the limits;
    /// [`Error::Unsupported`] for limits that no device has.
    pub fn plan(&self, extent: impl Into<Extent>, limits: &Limits) -> Result<LaunchPlan> {
        self.check()?;
        limits.check()?;
        let extent = extent.into();
        if self.keys(limits).is_empty() {
            let reason = format!("{}: its kernel binds more than {} storage buffers", self.name(), limits.buffers);
            return Err(Error::Unsupported { reason });
        }
        let (plan, tensors) = self.dispatches(extent, limits)?;
        let own = |name, bytes| LaunchBuffer { name, bytes, elements: 0, storage: Storage::F32, written: true };
        let mut buffers: Vec<(Slot, LaunchBuffer)> = Vec::new();
        for tensor in &tensors {
            let storage = self.stored(tensor.slot);
            let bytes = (tensor.len * self.bytes(tensor.slot)).next_multiple_of(WORD);
            let buffer =
                LaunchBuffer { name: tensor.role, bytes, elements: tensor.len, storage, written: tensor.written };
            buffers.push((tensor.slot, buffer));
        }
        buffers.extend((plan.scratch > 0).then(|| (Slot::Scratch, own("partials", plan.scratch))));
        buffers.extend((plan.states > 0).then(|| (Slot::State, own("states", plan.states))));
        let launches = self.launches(&plan, &buffers);
        Ok(LaunchPlan { buffers: buffers.into_iter().map(|(_, buffer)| buffer).collect(), launches })
    }

    /// The same with the values that a call gives the parameters.
    ///
    /// ```
    /// use wgpu_activations::{Contents, Limits, Pass, Spec, activation::LEAKY_RELU};
    /// let call = LEAKY_RELU.with(0.2);
    /// let plan = Spec::of(&call, Pass::Forward).plan_with(&call, 64, &Limits::default())?;
    /// let params = plan.launches[0].bindings.iter().find(|binding| binding.name == "params").unwrap();
    /// assert_eq!(params.contents, Contents::Bytes(bytemuck::cast_slice(&[0.2f32, 0.0, 0.0, 0.0]).to_vec()));
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Spec::plan`]; [`Error::NoKernel`] for a call of another function; [`Error::ParameterCount`] and [`Error::ParameterRange`]
    /// for its values.
    pub fn plan_with(&self, call: &With<'_>, extent: impl Into<Extent>, limits: &Limits) -> Result<LaunchPlan> {
        let extent = extent.into();
        if call.op().name() != self.name() || call.channels().is_some() != self.per_channel {
            let reason = "the call is of another function, or only one of the two has values per channel";
            return Err(Error::NoKernel { function: self.name(), reason });
        }
        call.check_params(self.pass, extent.len().ok_or_else(|| extent.too_long(self.name()))?)?;
        Ok(self.plan(extent, limits)?.params(call.params()))
    }

    fn launches(&self, plan: &Plan, buffers: &[(Slot, LaunchBuffer)]) -> Vec<Launch> {
        let params = self.default_params();
        let launch = |dispatch: &super::Dispatch| {
            let text = self.text(dispatch.key);
            let binding = |&Binding { slot, writes, .. }: &Binding| {
                let contents = match slot {
                    Slot::Args => Contents::Bytes(bytemuck::bytes_of(&dispatch.uniform()).to_vec()),
                    Slot::Params => Contents::Bytes(bytemuck::cast_slice(&params).to_vec()),
                    _ => {
                        let range = dispatch.ranges.iter().find(|range| range.binding == slot)?;
                        let buffer = buffers.iter().position(|(slot, _)| *slot == range.from)?;
                        Contents::Buffer { buffer, offset: range.offset, bytes: range.size }
                    }
                };
                let access = match (slot.uniform(), writes) {
                    (true, _) => LaunchAccess::Uniform,
                    (_, false) => LaunchAccess::Read,
                    (_, true) => LaunchAccess::ReadWrite,
                };
                Some(LaunchBinding { binding: slot as u32, name: slot.name(), access, contents })
            };
            let bindings = self.bindings(dispatch.key, &text).iter().filter_map(binding).collect();
            let [x, y] = dispatch.groups;
            Launch {
                text,
                entry_point: "main",
                workgroup_size: [dispatch.key.threads, 1, 1],
                workgroups: [x, y, 1],
                bindings,
            }
        };
        plan.dispatches.iter().map(launch).collect()
    }
}

impl LaunchPlan {
    /// The same with these values of the parameters, in order; those that are not given keep theirs.
    ///
    /// ```
    /// use wgpu_activations::{Limits, Spec, activation::LEAKY_RELU};
    /// let plan = Spec::forward(&LEAKY_RELU).plan(64, &Limits::default())?;
    /// assert_eq!(plan.clone().params(&[0.01]), plan);
    /// assert_ne!(plan.clone().params(&[0.2]), plan);
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    pub fn params(mut self, values: &[f32]) -> Self {
        let values: &[u8] = bytemuck::cast_slice(values);
        for binding in self.launches.iter_mut().flat_map(|launch| &mut launch.bindings) {
            if let (true, Contents::Bytes(bytes)) = (binding.name == Slot::Params.name(), &mut binding.contents) {
                bytes.iter_mut().zip(values).for_each(|(to, from)| *to = *from);
            }
        }
        self
    }

    /// The same for launchers without uniforms that bind everything to be written: all bindings are `var<storage, read_write>`,
    /// the arguments among them. It takes up to two storage buffers more.
    ///
    /// ```
    /// use wgpu_activations::{Limits, Spec, activation::LEAKY_RELU};
    /// let plan = Spec::backward(&LEAKY_RELU).plan(64, &Limits::default())?.all_storage();
    /// assert!(!plan.launches[0].text.contains("var<uniform>") && !plan.launches[0].text.contains("storage, read>"));
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    pub fn all_storage(mut self) -> Self {
        for launch in &mut self.launches {
            launch.text = all_storage(&launch.text);
            launch.bindings.iter_mut().for_each(|binding| binding.access = LaunchAccess::ReadWrite);
        }
        self
    }
}

/// A kernel's text with all its bindings as storage that may be written.
fn all_storage(text: &str) -> String {
    let written = "var<storage, read_write>";
    text.replace("var<uniform>", written).replace("var<storage, read>", written)
}
