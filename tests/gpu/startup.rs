//! What a program keeps from one start to the next.

use wgpu_activations::activation::{GELU, SILU};
use wgpu_activations::row::SOFTMAX;
use wgpu_activations::wgpu::{self, Features};
use wgpu_activations::{Buffers, Extent, Kernels, Spec};

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

/// How many pipelines a kernel has.
fn pipelines(kernels: &Kernels, spec: Spec) -> usize {
    format!("{:?}", kernels.get(spec).unwrap()).matches("Compiled {").count()
}

#[test]
fn what_is_prepared_compiles_no_more() {
    let Some(rig) = rig::Rig::webgpu() else { return };
    let (x, y) = (rig.upload(&vec![1.0; 1003]), rig.room(1003));
    let buffers = || Buffers::forward(x.slice(..), y.slice(..));
    let rows = |rows| Extent::along(&[rows, 59], -1).unwrap();
    let calls = [(Spec::forward(&SILU), 1003.into()), (Spec::forward(&SOFTMAX), rows(17))];
    rig.kernels.prepare_up_to(&calls).unwrap();
    let shorter = [[Extent::from(1001), 2.into()], [rows(16), rows(1)]];
    for ((spec, extent), shorter) in calls.into_iter().zip(shorter) {
        let prepared = pipelines(&rig.kernels, spec);
        assert!(prepared > 0, "{spec}");
        let mut bound = rig.kernels.get(spec).unwrap().bind_up_to(buffers(), extent).unwrap();
        for extent in shorter {
            bound.set_len(&rig.queue, extent).unwrap();
            rig.run(&[&bound]);
        }
        assert_eq!(pipelines(&rig.kernels, spec), prepared, "{spec}: something was compiled later");
    }
    // On lengths of whole packs alone there is one.
    let plain = Spec::backward(&GELU);
    rig.kernels.prepare(&[(plain, 1000.into())]).unwrap();
    assert_eq!(pipelines(&rig.kernels, plain), 1);
    rig.kernels.prepare_up_to(&[(plain, 1000.into())]).unwrap();
    assert_eq!(pipelines(&rig.kernels, plain), 2);
}
