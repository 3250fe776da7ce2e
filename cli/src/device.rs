//! The choice of an adapter, and how it is named in tables and JSON.

use clap::Args;
use serde_json::{Value, json};
use wgpu_activations::wgpu::{AdapterInfo, DeviceType};
use wgpu_activations::{AdapterChoice, Gpu, Storage};

/// Where to compute.
#[derive(Args)]
#[command(next_help_heading = "Adapter")]
pub(crate) struct DeviceArgs {
    /// Part of the adapter's name, or its index in `activations adapters`
    #[arg(long, global = true, value_name = "NAME|INDEX")]
    adapter: Option<String>,
    /// Backend: vulkan, metal, dx12 or gl
    #[arg(long, global = true)]
    backend: Option<String>,
}

impl DeviceArgs {
    pub(crate) fn choice(&self) -> AdapterChoice {
        let mut choice = AdapterChoice::default();
        (choice.name, choice.backend) = (self.adapter.clone(), self.backend.clone());
        choice
    }

    pub(crate) fn open(&self) -> anyhow::Result<Gpu> {
        Ok(Gpu::with(&self.choice())?)
    }
}

/// The driver's name and version, as far as the backend knows them.
pub(crate) fn driver(info: &AdapterInfo) -> String {
    format!("{} {}", info.driver, info.driver_info).trim().to_string()
}

/// The line above a table of results of tensors in this storage.
pub(crate) fn head(info: &AdapterInfo, storage: Storage) -> String {
    let AdapterInfo { name, backend, .. } = info;
    format!("adapter: {name} ({}), {backend}, driver: {}, tensors: {storage}\n", kind(info), driver(info))
}

/// The type of an adapter; software on a CPU is not called a GPU.
pub(crate) fn kind(info: &AdapterInfo) -> String {
    if is_software(info) { "software driver on a CPU".to_owned() } else { format!("{:?}", info.device_type) }
}

pub(crate) fn is_software(info: &AdapterInfo) -> bool {
    info.device_type == DeviceType::Cpu
}

pub(crate) fn to_json(info: &AdapterInfo) -> Value {
    json!({
        "name": info.name,
        "backend": info.backend.to_string(),
        "driver": driver(info),
        "type": format!("{:?}", info.device_type),
        "software": is_software(info),
    })
}
