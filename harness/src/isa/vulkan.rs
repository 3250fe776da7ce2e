//! A Vulkan driver as a compiler: pipelines are made and asked about, and nothing runs. This is the one module with `unsafe`: Vulkan
//! is called by raw pointers, and what each call needs is said where it is made.
#![allow(unsafe_code)]

use std::ffi::CStr;

use ash::{khr, vk};

use super::Statistic;
use crate::error::{Error, Result};

/// A binding of a kernel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Binding {
    pub(super) number: u32,
    pub(super) uniform: bool,
}

/// A device that compiles, and what it takes to ask it.
pub(super) struct Driver {
    device: ash::Device,
    executables: khr::pipeline_executable_properties::Device,
    instance: ash::Instance,
    pub(super) name: String,
    pub(super) version: String,
    /// Whether reads and writes beyond a buffer are the device's concern.
    pub(super) robust: bool,
    /// Keeps the library open, and is dropped last.
    _entry: ash::Entry,
}

impl Driver {
    /// The first device, of all drivers that the environment admits, whose compiler tells of its work.
    pub(super) fn open() -> Result<Self> {
        // SAFETY: the system's Vulkan loader is what it claims to be, as for every Vulkan program.
        let entry = unsafe { ash::Entry::load() }.map_err(|error| failed("no Vulkan loader", error))?;
        let application = vk::ApplicationInfo::default().api_version(vk::API_VERSION_1_2);
        let info = vk::InstanceCreateInfo::default().application_info(&application);
        // SAFETY: the structures live until the call returns; there are no allocation callbacks.
        let instance = unsafe { entry.create_instance(&info, None) }.map_err(|e| failed("a Vulkan instance", e))?;
        match Self::on(&instance) {
            Ok((device, name, version, robust)) => {
                let executables = khr::pipeline_executable_properties::Device::new(&instance, &device);
                Ok(Self { device, executables, instance, name, version, robust, _entry: entry })
            }
            Err(error) => {
                // SAFETY: nothing made from the instance is left.
                unsafe { instance.destroy_instance(None) };
                Err(error)
            }
        }
    }

    fn on(instance: &ash::Instance) -> Result<(ash::Device, String, String, bool)> {
        // SAFETY: the instance is alive.
        let devices = unsafe { instance.enumerate_physical_devices() }.map_err(|e| failed("Vulkan devices", e))?;
        let wanted = khr::pipeline_executable_properties::NAME;
        let mut seen = Vec::new();
        for physical in devices {
            let (mut driver, mut properties) =
                (vk::PhysicalDeviceDriverProperties::default(), vk::PhysicalDeviceProperties2::default());
            properties = properties.push_next(&mut driver);
            // SAFETY: the device is one of the instance's, and the chain of structures lives on.
            unsafe { instance.get_physical_device_properties2(physical, &mut properties) };
            let name = text(properties.properties.device_name_as_c_str());
            // SAFETY: as above.
            let extensions = unsafe { instance.enumerate_device_extension_properties(physical) }.unwrap_or_default();
            let has = |name: &CStr| extensions.iter().any(|e| e.extension_name_as_c_str() == Ok(name));
            if !has(wanted) {
                seen.push(name);
                continue;
            }
            let robust = has(ash::ext::robustness2::NAME);
            let mut names = vec![wanted.as_ptr()];
            names.extend(robust.then_some(ash::ext::robustness2::NAME.as_ptr()));
            let priorities = [1.0];
            let queues = [vk::DeviceQueueCreateInfo::default().queue_priorities(&priorities)];
            let mut tells =
                vk::PhysicalDevicePipelineExecutablePropertiesFeaturesKHR::default().pipeline_executable_info(true);
            let mut bounds = vk::PhysicalDeviceRobustness2FeaturesEXT::default().robust_buffer_access2(robust);
            let features = vk::PhysicalDeviceFeatures::default().robust_buffer_access(true);
            let mut info = vk::DeviceCreateInfo::default()
                .queue_create_infos(&queues)
                .enabled_extension_names(&names)
                .enabled_features(&features)
                .push_next(&mut tells);
            if robust {
                info = info.push_next(&mut bounds);
            }
            // SAFETY: queue family 0 exists on every device, the extensions are there, and all structures live on.
            let device = unsafe { instance.create_device(physical, &info, None) };
            let device = device.map_err(|error| failed(&name, error))?;
            let version = text(driver.driver_info_as_c_str());
            return Ok((device, name, version, robust));
        }
        let reason = match seen.is_empty() {
            true => "there is no Vulkan device".to_owned(),
            false => format!("VK_KHR_pipeline_executable_properties is missing on {}", seen.join(", ")),
        };
        Err(Error::Device { what: "a driver that tells of its machine code".to_owned(), reason })
    }

    /// What the driver says of the kernel's machine code, with the lanes of a subgroup.
    pub(super) fn statistics(
        &self,
        words: &[u32],
        entry: &CStr,
        bindings: &[Binding],
    ) -> Result<(u32, Vec<Statistic>)> {
        let device = &self.device;
        let bindings: Vec<_> = bindings
            .iter()
            .map(|&Binding { number, uniform }| {
                let kind =
                    if uniform { vk::DescriptorType::UNIFORM_BUFFER } else { vk::DescriptorType::STORAGE_BUFFER };
                vk::DescriptorSetLayoutBinding::default()
                    .binding(number)
                    .descriptor_type(kind)
                    .descriptor_count(1)
                    .stage_flags(vk::ShaderStageFlags::COMPUTE)
            })
            .collect();
        let module_info = vk::ShaderModuleCreateInfo::default().code(words);
        let set_info = vk::DescriptorSetLayoutCreateInfo::default().bindings(&bindings);
        // SAFETY: everything is made on this device from structures that live until each call returns, the words are valid SPIR-V
        // (naga has checked the module), and each object is destroyed once, after what was made from it.
        unsafe {
            let module = device.create_shader_module(&module_info, None).map_err(|e| failed("a shader", e))?;
            let set = device.create_descriptor_set_layout(&set_info, None);
            let result = set.map_err(|e| failed("a layout", e)).and_then(|set| {
                let sets = [set];
                let layout_info = vk::PipelineLayoutCreateInfo::default().set_layouts(&sets);
                let layout = device.create_pipeline_layout(&layout_info, None);
                let result = layout.map_err(|e| failed("a layout", e)).and_then(|layout| {
                    let stage = vk::PipelineShaderStageCreateInfo::default()
                        .stage(vk::ShaderStageFlags::COMPUTE)
                        .module(module)
                        .name(entry);
                    let info = vk::ComputePipelineCreateInfo::default()
                        .flags(vk::PipelineCreateFlags::CAPTURE_STATISTICS_KHR)
                        .stage(stage)
                        .layout(layout);
                    let pipelines = device.create_compute_pipelines(vk::PipelineCache::null(), &[info], None);
                    let result = match pipelines.as_deref() {
                        Ok([pipeline, ..]) => self.told(*pipeline),
                        _ => Err(failed("a pipeline", "the driver does not compile the kernel")),
                    };
                    for pipeline in pipelines.unwrap_or_default() {
                        device.destroy_pipeline(pipeline, None);
                    }
                    device.destroy_pipeline_layout(layout, None);
                    result
                });
                device.destroy_descriptor_set_layout(set, None);
                result
            });
            device.destroy_shader_module(module, None);
            result
        }
    }

    /// What is told of a pipeline that was made to tell.
    fn told(&self, pipeline: vk::Pipeline) -> Result<(u32, Vec<Statistic>)> {
        let info = vk::PipelineInfoKHR::default().pipeline(pipeline);
        // SAFETY: the pipeline is alive, and was made with CAPTURE_STATISTICS on a device with the feature.
        let properties = unsafe { self.executables.get_pipeline_executable_properties(&info) };
        let properties = properties.map_err(|e| failed("a pipeline's executables", e))?;
        let lanes = properties.first().map_or(0, |executable| executable.subgroup_size);
        let info = vk::PipelineExecutableInfoKHR::default().pipeline(pipeline).executable_index(0);
        // SAFETY: as above; a compute pipeline has an executable.
        let statistics = unsafe { self.executables.get_pipeline_executable_statistics(&info) };
        let statistics = statistics.map_err(|e| failed("a pipeline's statistics", e))?;
        let statistic = |s: &vk::PipelineExecutableStatisticKHR<'_>| {
            use vk::PipelineExecutableStatisticFormatKHR as Format;
            // SAFETY: the format says which of the union's fields the driver has written.
            let value = unsafe {
                match s.format {
                    Format::BOOL32 => f64::from(s.value.b32),
                    Format::INT64 => s.value.i64 as f64,
                    Format::UINT64 => s.value.u64 as f64,
                    _ => s.value.f64,
                }
            };
            Statistic { name: text(s.name_as_c_str()), value }
        };
        Ok((lanes, statistics.iter().map(statistic).collect()))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // SAFETY: nothing made from either is left, and neither is used again.
        unsafe {
            self.device.destroy_device(None);
            self.instance.destroy_instance(None);
        }
    }
}

fn text<E>(name: std::result::Result<&CStr, E>) -> String {
    name.map_or_else(|_| String::new(), |name| name.to_string_lossy().into_owned())
}

fn failed(what: &str, error: impl std::fmt::Display) -> Error {
    Error::Device { what: what.to_owned(), reason: error.to_string() }
}
