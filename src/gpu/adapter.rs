//! Choosing an adapter: by the caller, else by wgpu's environment variables, else the fastest there is.

use crate::error::{Error, Result};

/// Which adapter to open. What is `None` here is taken from `WGPU_ADAPTER_NAME`, `WGPU_BACKEND` and `WGPU_POWER_PREF`.
///
/// ```no_run
/// use wgpu_activations::{AdapterChoice, Gpu};
/// let gpu = Gpu::with(&AdapterChoice { backend: Some("vulkan".into()), ..Default::default() })?;
/// # Ok::<(), wgpu_activations::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct AdapterChoice {
    /// A part of the adapter's name, in any case, or its index in [`Gpu::adapters`](crate::Gpu::adapters).
    pub name: Option<String>,
    /// `vulkan`, `metal`, `dx12` or `gl`; several separated by commas.
    pub backend: Option<String>,
}

impl AdapterChoice {
    /// The wgpu instance for this choice.
    fn instance(&self) -> Result<(wgpu::Instance, wgpu::Backends)> {
        let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle_from_env();
        if let Some(names) = &self.backend {
            descriptor.backends = wgpu::Backends::from_comma_list(names);
        }
        let backends = descriptor.backends & wgpu::Instance::enabled_backend_features();
        if backends.is_empty() {
            return Err(self.missing(Vec::new()));
        }
        Ok((wgpu::Instance::new(descriptor), backends))
    }

    /// All adapters of the chosen backends that can compute.
    pub(crate) async fn list(&self) -> Result<Vec<wgpu::Adapter>> {
        let (instance, backends) = self.instance()?;
        let computes =
            |a: &wgpu::Adapter| a.get_downlevel_capabilities().flags.contains(wgpu::DownlevelFlags::COMPUTE_SHADERS);
        Ok(instance.enumerate_adapters(backends).await.into_iter().filter(computes).collect())
    }

    /// The adapter that fits the choice best.
    pub(crate) async fn pick(&self) -> Result<wgpu::Adapter> {
        let all = self.list().await?;
        let names: Vec<String> = all.iter().map(describe).collect();
        let wanted = self.name.clone().or_else(|| std::env::var("WGPU_ADAPTER_NAME").ok().filter(|n| !n.is_empty()));
        // A number is an index only while it is small enough for one: 4090 is a part of a name.
        let index = wanted.as_ref().and_then(|w| w.parse::<usize>().ok()).filter(|&i| i < names.len());
        let fitting = all.into_iter().enumerate().filter(|(i, adapter)| match (&wanted, index) {
            (_, Some(index)) => *i == index,
            (Some(part), None) => adapter.get_info().name.to_lowercase().contains(&part.to_lowercase()),
            (None, None) => true,
        });
        let frugal = wgpu::PowerPreference::from_env() == Some(wgpu::PowerPreference::LowPower);
        let best = fitting.map(|(_, adapter)| adapter).min_by_key(|adapter| rank(&adapter.get_info(), frugal));
        best.ok_or_else(|| self.missing(names))
    }

    fn missing(&self, found: Vec<String>) -> Error {
        let name = self.name.clone().or_else(|| std::env::var("WGPU_ADAPTER_NAME").ok());
        let backend = self.backend.clone().or_else(|| std::env::var("WGPU_BACKEND").ok());
        let asked = match (name, backend) {
            (None, None) => "any adapter".to_owned(),
            (name, backend) => {
                let name = name.map(|n| format!("adapter {n:?}"));
                let backend = backend.map(|b| format!("backend {b:?}"));
                [name, backend].into_iter().flatten().collect::<Vec<_>>().join(" on ")
            }
        };
        Error::NoAdapter { asked, found }
    }
}

fn describe(adapter: &wgpu::Adapter) -> String {
    let info = adapter.get_info();
    format!("{} ({})", info.name, info.backend)
}

/// Lower is better: real GPUs before software, native backends before GL.
fn rank(info: &wgpu::AdapterInfo, frugal: bool) -> (u8, u8) {
    use wgpu::DeviceType::{Cpu, DiscreteGpu, IntegratedGpu, VirtualGpu};
    let kind = match info.device_type {
        DiscreteGpu if frugal => 1,
        DiscreteGpu => 0,
        IntegratedGpu if frugal => 0,
        IntegratedGpu => 1,
        VirtualGpu => 2,
        Cpu => 4,
        _ => 3,
    };
    (kind, u8::from(info.backend == wgpu::Backend::Gl))
}
