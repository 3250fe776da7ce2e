//! Plans as data: a launcher of a few lines, which knows nothing of this library's own, runs them.

mod biases;
mod memory;

use std::collections::HashMap;

use naga::AddressSpace;
use wgpu_activations::activation::{GELU, LEAKY_RELU, PRELU};
use wgpu_activations::gate::{Output, SWIGLU};
use wgpu_activations::row::{Line, SOFTMAX, SPARSEMAX};
use wgpu_activations::wgpu::{self, BufferUsages};
use wgpu_activations::{
    Contents, Error, Extent, Launch, LaunchAccess, LaunchPlan, Limits, Op, Pass, Spec, Storage, Tuning, With,
};

use crate::common::Noise;
use crate::common::rig::{Rig, assert_close};

/// Runs a plan on buffers that begin with these words, and gives back all that they hold then.
fn launch(rig: &Rig, plan: &LaunchPlan, contents: &[Vec<f32>]) -> Vec<Vec<f32>> {
    let make = |size: u64, usage: BufferUsages, bytes: &[u8]| {
        let usage = usage | BufferUsages::COPY_DST | BufferUsages::COPY_SRC;
        let descriptor = wgpu::BufferDescriptor { label: None, size, usage, mapped_at_creation: false };
        let buffer = rig.device.create_buffer(&descriptor);
        rig.queue.write_buffer(&buffer, 0, bytes);
        buffer
    };
    let none = Vec::new();
    let contents = contents.iter().chain(std::iter::repeat(&none));
    let buffers: Vec<wgpu::Buffer> = plan
        .buffers
        .iter()
        .zip(contents)
        .map(|(buffer, values)| make(buffer.bytes, BufferUsages::STORAGE, bytemuck::cast_slice(values)))
        .collect();
    let mut encoder = rig.device.create_command_encoder(&Default::default());
    let mut pipelines: HashMap<&str, wgpu::ComputePipeline> = HashMap::new();
    for launch in &plan.launches {
        // The layout comes from the text: all that is bound must be used, and as the plan says.
        let compile = || {
            let source = wgpu::ShaderSource::Wgsl(launch.text.as_str().into());
            let module = rig.device.create_shader_module(wgpu::ShaderModuleDescriptor { label: None, source });
            rig.device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                label: None,
                layout: None,
                module: &module,
                entry_point: Some(launch.entry_point),
                compilation_options: wgpu::PipelineCompilationOptions {
                    zero_initialize_workgroup_memory: false,
                    ..Default::default()
                },
                cache: None,
            })
        };
        let pipeline = pipelines.entry(&launch.text).or_insert_with(compile);
        let bytes = |binding: &wgpu_activations::LaunchBinding| match &binding.contents {
            Contents::Bytes(bytes) => {
                let uniform = binding.access == LaunchAccess::Uniform;
                let usage = if uniform { BufferUsages::UNIFORM } else { BufferUsages::STORAGE };
                Some(make(bytes.len() as u64, usage, bytes))
            }
            Contents::Buffer { .. } => None,
        };
        let own: Vec<Option<wgpu::Buffer>> = launch.bindings.iter().map(bytes).collect();
        let entry = |(binding, own): (&wgpu_activations::LaunchBinding, &'_ Option<wgpu::Buffer>)| {
            let (buffer, offset, size) = match (&binding.contents, own) {
                (Contents::Buffer { buffer, offset, bytes }, _) => (buffers[*buffer].clone(), *offset, *bytes),
                (Contents::Bytes(bytes), Some(own)) => (own.clone(), 0, bytes.len() as u64),
                _ => unreachable!("bytes have a buffer"),
            };
            (binding.binding, buffer, offset, size)
        };
        let entries: Vec<_> = launch.bindings.iter().zip(&own).map(entry).collect();
        let entries: Vec<_> = entries
            .iter()
            .map(|(binding, buffer, offset, size)| wgpu::BindGroupEntry {
                binding: *binding,
                resource: wgpu::BindingResource::Buffer(wgpu::BufferBinding {
                    buffer,
                    offset: *offset,
                    size: std::num::NonZero::new(*size),
                }),
            })
            .collect();
        let layout = pipeline.get_bind_group_layout(0);
        let group = wgpu::BindGroupDescriptor { label: None, layout: &layout, entries: &entries };
        let group = rig.device.create_bind_group(&group);
        let mut pass = encoder.begin_compute_pass(&Default::default());
        pass.set_pipeline(pipeline);
        pass.set_bind_group(0, &group, &[]);
        let [x, y, z] = launch.workgroups;
        pass.dispatch_workgroups(x, y, z);
    }
    rig.queue.submit([encoder.finish()]);
    rig.wait();
    buffers.iter().map(|buffer| rig.download(buffer)).collect()
}

/// Limits with windows of a few kilobytes, so that there are several.
fn limits(tuning: Tuning) -> Limits {
    Limits { binding: 16 << 10, tuning, ..Limits::default() }
}

/// The plan as it is, with all bindings as storage, and with these numbered in sequence.
fn forms(spec: Spec, extent: Extent, limits: &Limits) -> [LaunchPlan; 3] {
    let plan = spec.plan(extent, limits).unwrap();
    [plan.clone(), plan.clone().all_storage(), plan.in_sequence()]
}

/// Whether a device with so many storage buffers takes a plan: without uniforms there are more.
fn fits(plan: &LaunchPlan, buffers: usize) -> bool {
    let storage = |launch: &Launch| launch.bindings.iter().filter(|b| b.access != LaunchAccess::Uniform).count();
    plan.launches.iter().all(|launch| storage(launch) <= buffers)
}

#[test]
fn elements_and_sums() {
    let Some(rig) = Rig::webgpu() else { return };
    let len = 20_003;
    let (x, dy) = (Noise(1).vec(len, 3.0), Noise(2).vec(len, 1.0));
    for plan in forms(Spec::forward(&GELU), len.into(), &limits(Tuning::DISCRETE)) {
        assert!(plan.launches.len() > 4, "windows and an odd end");
        let y = launch(&rig, &plan, std::slice::from_ref(&x)).remove(1);
        assert_close("gelu", &y[..len], &x.iter().map(|&x| (GELU.value)(x.into(), &[])).collect::<Vec<_>>());
    }
    let dx = |f: fn(f64, &[f64]) -> f64, params: &[f64]| -> Vec<f64> {
        x.iter().zip(&dy).map(|(&x, &dy)| f64::from(dy) * f(x.into(), params)).collect()
    };
    for plan in forms(Spec::backward(&LEAKY_RELU), len.into(), &limits(Tuning::SOFTWARE)) {
        let got = launch(&rig, &plan, &[x.clone(), dy.clone()]).remove(2);
        assert_close("leaky_relu", &got[..len], &dx(LEAKY_RELU.dx, &[f64::from(0.01f32)]));
    }
    let sums = Spec::param_gradient(&PRELU, "weight").unwrap();
    for plan in forms(sums, len.into(), &limits(Tuning::DISCRETE)) {
        assert_eq!(plan.buffers.last().unwrap().name, "partials");
        let got = launch(&rig, &plan, &[x.clone(), dy.clone()]).remove(2)[0];
        let expected: f64 = dx(PRELU.params[0].gradient.unwrap(), &[0.25]).iter().sum();
        assert!((f64::from(got) - expected).abs() < 1e-3, "{got} is not {expected}");
    }
    for plan in forms(Spec::forward(&SWIGLU), len.into(), &limits(Tuning::INTEGRATED)) {
        let got = launch(&rig, &plan, &[x.clone(), dy.clone()]).remove(2);
        let y = |(&a, &b): (&f32, &f32)| SWIGLU.eval(Output::Y, a.into(), b.into(), &[]);
        assert_close("swiglu", &got[..len], &x.iter().zip(&dy).map(y).collect::<Vec<_>>());
    }
}

#[test]
fn rows_whole_and_in_chunks() {
    let Some(rig) = Rig::webgpu() else { return };
    for (row, tuning) in [&SOFTMAX, &SPARSEMAX].into_iter().flat_map(|row| Tuning::ALL.map(|tuning| (row, tuning))) {
        for (outer, channels) in [(100u64, 64u64), (70, 37), (3, 9000), (2, 8999)] {
            let extent = Extent { outer, channels, inner: 1 };
            let x = Noise(channels as u32).vec((outer * channels) as usize, 4.0);
            let line = |x: &[f32]| {
                let x: Vec<f64> = x.iter().map(|&x| x.into()).collect();
                (row.value)(&Line { x: &x, mask: &[], params: &[], number: 0 })
            };
            let expected: Vec<f64> = x.chunks(channels as usize).flat_map(line).collect();
            for plan in forms(Spec::forward(row), extent, &limits(tuning)) {
                let chunks = plan.buffers.iter().any(|buffer| buffer.name == "states");
                assert_eq!(chunks, channels > 4096, "{} {extent:?}", row.name);
                let y = launch(&rig, &plan, std::slice::from_ref(&x)).remove(1);
                assert_close(row.name, &y[..x.len()], &expected);
            }
        }
    }
}

/// What a plan binds is what its text uses, declared alike; in all forms.
#[test]
fn plans_bind_what_texts_use() {
    let mut count = 0;
    let extents = [[3, 9002, 1], [70, 6, 5]].map(|[outer, channels, inner]| Extent { outer, channels, inner });
    for of in Op::all() {
        let specs = [Spec::forward(of), Spec::backward(of), Spec::forward(of).storage(Storage::F16)];
        for spec in specs.into_iter().filter(|spec| spec.check().is_ok()) {
            for (extent, tuning) in extents.into_iter().zip([Tuning::DISCRETE, Tuning::SOFTWARE]) {
                let plan = match spec.plan(extent, &limits(tuning)) {
                    // Largest elements are not looked for in chunks.
                    Err(Error::TooLarge { .. }) if spec.check().is_ok() && of.name() == "maxout" => continue,
                    plan => plan.unwrap(),
                };
                let plan = match count % 3 {
                    0 => plan,
                    1 => plan.all_storage(),
                    _ => plan.in_sequence(),
                };
                plan.launches.iter().for_each(|launch| check(&format!("{spec:?}"), launch));
                count += plan.launches.len();
            }
        }
    }
    assert!(count > 2000, "{count} launches");
}

fn check(what: &str, launch: &wgpu_activations::Launch) {
    let (module, info) = crate::common::texts::valid(what, &launch.text);
    let entry = &module.entry_points[0];
    assert_eq!((entry.name.as_str(), entry.workgroup_size), (launch.entry_point, launch.workgroup_size), "{what}");
    let used = info.get_entry_point(0);
    let declared: Vec<_> = module
        .global_variables
        .iter()
        .filter_map(|(handle, variable)| Some((variable.binding?.binding, handle, variable)))
        .collect();
    let numbers = |of: &mut dyn Iterator<Item = u32>| of.collect::<std::collections::BTreeSet<_>>();
    assert_eq!(
        numbers(&mut declared.iter().map(|d| d.0)),
        numbers(&mut launch.bindings.iter().map(|b| b.binding)),
        "{what}"
    );
    for (number, handle, variable) in declared {
        let binding = launch.bindings.iter().find(|binding| binding.binding == number).unwrap();
        assert!(!used[handle].is_empty(), "{what}: {} is bound and not used", binding.name);
        assert_eq!(variable.name.as_deref(), Some(binding.name), "{what}");
        let access = match variable.space {
            AddressSpace::Uniform => LaunchAccess::Uniform,
            AddressSpace::Storage { access } if access.contains(naga::StorageAccess::STORE) => LaunchAccess::ReadWrite,
            _ => LaunchAccess::Read,
        };
        assert_eq!(access, binding.access, "{what}: {}", binding.name);
    }
}

#[test]
fn limits_that_no_device_has_are_refused() {
    let plan = |limits: Limits| Spec::forward(&GELU).plan(100, &limits).map(|_| ());
    assert_eq!(plan(Limits::default()), Ok(()));
    for limits in [
        Limits { alignment: 0, ..Limits::default() },
        Limits { alignment: 48, ..Limits::default() },
        Limits { groups: 0, ..Limits::default() },
        Limits { binding: 0, ..Limits::default() },
        Limits { buffers: 0, ..Limits::default() },
    ] {
        assert!(plan(limits).unwrap_err().to_string().starts_with("limits: "), "{limits:?}");
    }
    for change in [(0, 4), (3, 4), (512, 4), (8, 0)] {
        let mut tuning = Tuning::DISCRETE;
        (tuning.row_threads, tuning.packs_per_thread) = change;
        assert!(plan(Limits { tuning, ..Limits::default() }).unwrap_err().to_string().starts_with("tuning: "));
    }
}

#[test]
fn plans_take_the_values_of_a_call() {
    let Some(rig) = Rig::webgpu() else { return };
    let x = Noise(3).vec(1000, 3.0);
    let call = LEAKY_RELU.with(0.3);
    let spec = Spec::of(&call, Pass::Forward);
    let y = launch(&rig, &spec.plan_with(&call, 1000, &limits(Tuning::DISCRETE)).unwrap(), std::slice::from_ref(&x))
        .remove(1);
    assert_close(
        "leaky_relu",
        &y,
        &x.iter().map(|&x| (LEAKY_RELU.value)(x.into(), &[f64::from(0.3f32)])).collect::<Vec<_>>(),
    );
    let fails = |spec: Spec, call: &With<'_>| spec.plan_with(call, 1000, &Limits::default()).unwrap_err().to_string();
    assert!(fails(spec, &GELU.function()).contains("another function"));
    assert!(fails(spec.per_channel(), &call).contains("values per channel"));
    let channels = Extent { outer: 1, channels: 1000, inner: 1 };
    assert!(fails(spec, &LEAKY_RELU.function().per_channel(vec![0.1; 1000], channels)).contains("values per channel"));
    assert!(fails(spec, &LEAKY_RELU.with([0.1, 0.2])).contains("parameter"));
    assert!(fails(spec, &LEAKY_RELU.with(f32::NAN)).contains("negative_slope"));
}
