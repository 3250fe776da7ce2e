//! Choosing an adapter: by the caller, else by wgpu's environment variables, else the fastest there is.

use crate::error::{Error, Result};

/// Which adapter to open. What is `None` here is taken from `WGPU_ADAPTER_NAME`, `WGPU_BACKEND` and `WGPU_POWER_PREF`.
///
/// ```no_run
/// use wgpu_activations::{AdapterChoice, Gpu};
/// let gpu = Gpu::with(&AdapterChoice::default().backend("vulkan"))?;
/// # Ok::<(), wgpu_activations::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct AdapterChoice {
    /// A part of the adapter's name, in any case, or its index in [`Gpu::adapters`](crate::Gpu::adapters).
    pub name: Option<String>,
    /// `vulkan`, `metal`, `dx12` or `gl`; several separated by commas.
    pub backend: Option<String>,
}

impl AdapterChoice {
    /// The same by a part of the name, or by index.
    pub fn name(self, name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..self }
    }

    /// The same on one of these backends.
    pub fn backend(self, backend: impl Into<String>) -> Self {
        Self { backend: Some(backend.into()), ..self }
    }

    /// The backend and the adapter asked for, here or in the environment.
    fn asked(&self) -> (Option<String>, Option<String>) {
        let env = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let backend = self.backend.clone().or_else(|| env("WGPU_BACKEND"));
        (backend, self.name.clone().or_else(|| env("WGPU_ADAPTER_NAME")))
    }

    /// All adapters of the chosen backends that can compute.
    pub(crate) async fn list(&self) -> Result<Vec<wgpu::Adapter>> {
        let wanted = match self.asked().0 {
            None => wgpu::Backends::all(),
            Some(names) => match wgpu::Backends::from_comma_list(&names) {
                none if none.is_empty() => {
                    let reason = format!("there is no backend called {names:?}: choose of vulkan, metal, dx12 and gl");
                    return Err(Error::Unsupported { reason });
                }
                backends => backends,
            },
        };
        list(wanted).await
    }

    /// The adapter that fits the choice best.
    pub(crate) async fn pick(&self) -> Result<wgpu::Adapter> {
        let (backend, wanted) = self.asked();
        let mut all = Vec::new();
        if backend.is_none() && wanted.is_none() {
            // The others start up slowly, and are needed only where these have nothing.
            all = list(wgpu::Backends::PRIMARY).await?;
        }
        if all.is_empty() {
            all = self.list().await?;
        }
        let mut names: Vec<String> = all.iter().map(describe).collect();
        // A number is an index only while it is small enough for one: 4090 is a part of a name.
        let index = wanted.as_ref().and_then(|w| w.parse::<usize>().ok()).filter(|&i| i < names.len());
        let fitting = all.into_iter().enumerate().filter(|(i, adapter)| match (&wanted, index) {
            (_, Some(index)) => *i == index,
            (Some(part), None) => adapter.get_info().name.to_lowercase().contains(&part.to_lowercase()),
            (None, None) => true,
        });
        let frugal = wgpu::PowerPreference::from_env() == Some(wgpu::PowerPreference::LowPower);
        let best = fitting.map(|(_, adapter)| adapter).min_by_key(|adapter| rank(&adapter.get_info(), frugal));
        if let Some(adapter) = best {
            return Ok(adapter);
        }
        if names.is_empty() {
            names = every(wgpu::Backends::all()).await?.iter().map(describe).collect();
        }
        let parts = [wanted.map(|n| format!("adapter {n:?}")), backend.map(|b| format!("backend {b:?}"))];
        let asked = parts.into_iter().flatten().collect::<Vec<_>>().join(" on ");
        let asked = match asked.is_empty() {
            true if names.is_empty() => "any adapter".to_owned(),
            true => "compute shaders".to_owned(),
            false => asked,
        };
        Err(Error::NoAdapter { asked, found: names })
    }
}

/// All adapters of these backends that can compute.
async fn list(wanted: wgpu::Backends) -> Result<Vec<wgpu::Adapter>> {
    Ok(every(wanted).await?.into_iter().filter(computes).collect())
}

fn computes(adapter: &wgpu::Adapter) -> bool {
    adapter.get_downlevel_capabilities().flags.contains(wgpu::DownlevelFlags::COMPUTE_SHADERS)
}

/// All adapters of these backends.
async fn every(wanted: wgpu::Backends) -> Result<Vec<wgpu::Adapter>> {
    let built = wgpu::Instance::enabled_backend_features();
    if built.is_empty() {
        let reason = "this build has no GPU backend: enable a cargo feature, vulkan, metal, dx12, gles or webgpu";
        return Err(Error::Unsupported { reason: reason.to_owned() });
    }
    let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle_from_env();
    descriptor.backends = wanted & built;
    Ok(wgpu::Instance::new(descriptor).enumerate_adapters(wanted & built).await)
}

/// An adapter's name and backend, and what it lacks.
pub(super) fn describe(adapter: &wgpu::Adapter) -> String {
    let info = adapter.get_info();
    let lack = if computes(adapter) { "" } else { ", which has no compute shaders" };
    format!("{} ({}{lack})", info.name, info.backend)
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
