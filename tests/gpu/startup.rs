//! What a program keeps from one start to the next.

use wgpu_activations::activation::{GELU, SILU};
use wgpu_activations::row::SOFTMAX;
use wgpu_activations::wgpu::{self, Features};
use wgpu_activations::{Buffers, Kernels, Spec};

use crate::common::rig;

/// A cache that begins with these data.
#[expect(unsafe_code, reason = "data are those of a cache of the same device")]
fn cache(device: &wgpu::Device, data: Option<&[u8]>) -> wgpu::PipelineCache {
    let descriptor = wgpu::PipelineCacheDescriptor { label: None, data, fallback: true };
    // SAFETY: see above.
    unsafe { device.create_pipeline_cache(&descriptor) }
}

#[test]
fn pipelines_go_to_the_callers_cache_and_come_from_it() {
    let Some(adapter) = rig::adapter() else { return };
    if !adapter.features().contains(Features::PIPELINE_CACHE) {
        eprintln!("no pipeline caches: {:?}", adapter.get_info());
        return;
    }
    let descriptor = wgpu::DeviceDescriptor { required_features: Features::PIPELINE_CACHE, ..Default::default() };
    let (device, queue) = pollster::block_on(adapter.request_device(&descriptor)).unwrap();
    let specs = [Spec::forward(&SILU), Spec::backward(&GELU), Spec::forward(&SOFTMAX)];
    let filled = cache(&device, None);
    let kernels = Kernels::new(&device).unwrap().cached(filled.clone());
    specs.iter().for_each(|&spec| drop(kernels.get(spec).unwrap()));
    let data = filled.get_data().expect("a driver's cache has data");
    assert!(data.len() > 32, "{} bytes are no more than a header", data.len());

    // As another start of the program does.
    let kernels = Kernels::new(&device).unwrap().cached(cache(&device, Some(&data)));
    let rig = rig::Rig { device, queue, kernels };
    let (x, y) = (rig.upload(&[-1.0, 0.0, 1.0, 4.0]), rig.room(4));
    let silu = rig.kernels.get(specs[0]).unwrap();
    rig.run(&[&silu.bind(Buffers::forward(x.slice(..), y.slice(..)), 4).unwrap()]);
    let got = rig.download(&y);
    for (got, exact) in got.iter().zip([-0.268_941_43, 0.0, 0.731_058_6, 3.928_055]) {
        assert!((got - exact).abs() < 1e-6, "{got} instead of {exact}");
    }
}
