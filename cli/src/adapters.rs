//! `activations adapters`: the adapters of this machine.

use anyhow::Result;
use wgpu_activations::Gpu;

use crate::device::{self, DeviceArgs};
use crate::text::{self, Table};

pub(crate) fn adapters(device: &DeviceArgs) -> Result<()> {
    let adapters = Gpu::adapters(&device.choice())?;
    if adapters.is_empty() {
        // The library's error says what is missing and how to get it.
        device.open()?;
    }
    let mut table = Table::new([
        ">index",
        "name",
        "backend",
        "type",
        "driver",
        ">binding bytes",
        ">buffer bytes",
        ">groups",
        ">offset alignment",
        ">storage buffers",
    ]);
    for (index, adapter) in adapters.iter().enumerate() {
        let info = adapter.get_info();
        let limits = adapter.limits();
        table.row([
            index.to_string(),
            info.name.clone(),
            info.backend.to_string(),
            format!("{:?}", info.device_type),
            device::driver(&info),
            limits.max_storage_buffer_binding_size.to_string(),
            limits.max_buffer_size.to_string(),
            limits.max_compute_workgroups_per_dimension.to_string(),
            limits.min_storage_buffer_offset_alignment.to_string(),
            limits.max_storage_buffers_per_shader_stage.to_string(),
        ]);
    }
    text::print(table)
}
