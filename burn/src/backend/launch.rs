//! Kernels in burn's queue.

use std::sync::Arc;

use burn_cubecl::cubecl::client::Client;
use burn_cubecl::cubecl::ir::{ElemType, Scope, UIntKind, metadata::Info};
use burn_cubecl::cubecl::prelude::*;
use burn_cubecl::cubecl::server::{Handle, KernelArguments, MetadataBindingInfo};
use burn_cubecl::cubecl::{CubeKernel, PrecompiledSource};
use wgpu_activations::Contents;

use crate::plans::Numbered;

/// One launch of a plan, as a kernel of cubecl.
struct Kernel {
    plan: Arc<Numbered>,
    index: usize,
}

impl Kernel {
    fn dim(&self) -> CubeDim {
        let [x, y, z] = self.plan.plan.launches[self.index].workgroup_size;
        CubeDim::new_3d(x, y, z)
    }
}

impl KernelMetadata for Kernel {
    fn id(&self) -> KernelId {
        KernelId::new::<Self>().info(self.plan.texts[self.index]).cube_dim(self.dim().0)
    }

    fn address_type(&self) -> ElemType {
        UIntKind::U32.into()
    }
}

impl CubeKernel for Kernel {
    fn define(&self) -> KernelDefinition {
        let settings = KernelSettings::new(self.dim().0, ExecutionMode::Checked, AddressType::U32);
        KernelDefinition { body: Scope::root(settings.clone()), settings, info: Info::default() }
    }

    fn source(&self) -> Option<PrecompiledSource> {
        let launch = &self.plan.plan.launches[self.index];
        Some(PrecompiledSource {
            source: launch.text.clone(),
            entrypoint_name: launch.entry_point.to_owned(),
            lang: "wgsl",
        })
    }
}

/// Queues the dispatches of a plan on tensors, which have the names of the plan's buffers.
pub(super) fn launch(plan: &Arc<Numbered>, client: &Client, tensors: &[(&str, &Handle)]) {
    let buffer = |buffer: &wgpu_activations::LaunchBuffer| {
        let tensor = tensors.iter().find(|(name, _)| *name == buffer.name);
        tensor.map_or_else(|| client.empty(buffer.bytes as usize), |(_, handle)| (*handle).clone())
    };
    let buffers: Vec<Handle> = plan.plan.buffers.iter().map(buffer).collect();
    for (index, launch) in plan.plan.launches.iter().enumerate() {
        let mut arguments = KernelArguments::new();
        for binding in &launch.bindings {
            match &binding.contents {
                Contents::Buffer { buffer, offset, bytes } => {
                    arguments = arguments.with_buffer(window(&buffers[*buffer], *offset, *bytes).binding());
                }
                Contents::Bytes(bytes) => arguments.info = MetadataBindingInfo::custom(words(bytes)),
            }
        }
        let [x, y, z] = launch.workgroups;
        let kernel = Kernel { plan: plan.clone(), index };
        client.launch(Box::new(kernel), CubeCount::Static(x, y, z), arguments);
    }
}

/// A range of a tensor's bytes; what a plan rounds up beyond the tensor's end is its allocation's.
fn window(handle: &Handle, offset: u64, bytes: u64) -> Handle {
    let rest = handle.size_in_used().saturating_sub(offset);
    handle.clone().offset_start(offset).offset_end(rest.saturating_sub(bytes))
}

/// Bytes as cubecl takes them, with zeros at the end.
fn words(bytes: &[u8]) -> Vec<u64> {
    let word = |bytes: &[u8]| {
        let mut word = [0; 8];
        word[..bytes.len()].copy_from_slice(bytes);
        u64::from_le_bytes(word)
    };
    bytes.chunks(8).map(word).collect()
}
