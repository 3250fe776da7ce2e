//! Every kernel over rows is valid WGSL on a device without optional features and translates to what the backends take.
//! No GPU is needed.

use naga::AddressSpace;
use naga::back::{glsl, hlsl, msl, spv};
use naga::valid::{Capabilities, ValidationFlags, Validator};
use wgpu_activations::row::{ALL, Gradient};
use wgpu_activations::{Error, Spec};

#[test]
fn every_kernel_translates_to_every_backend() {
    for row in ALL {
        for spec in [Spec::forward(*row), Spec::backward(*row)] {
            let pass = spec.pass();
            if row.gradient == Gradient::None && pass != wgpu_activations::Pass::Forward {
                assert_eq!(spec.check(), Err(Error::NoGradient { function: row.name }));
                continue;
            }
            for (variant, text) in spec.texts() {
                translate(&format!("{} {pass} {variant}", row.name), &text);
            }
        }
    }
}

fn translate(what: &str, text: &str) {
    let module =
        naga::front::wgsl::parse_str(text).unwrap_or_else(|e| panic!("{what}: {}\n{text}", e.emit_to_string(text)));
    let info = Validator::new(ValidationFlags::all(), Capabilities::empty())
        .validate(&module)
        .unwrap_or_else(|e| panic!("{what}: {}\n{text}", e.emit_to_string(text)));
    let storage = module.global_variables.iter().filter(|(_, v)| matches!(v.space, AddressSpace::Storage { .. }));
    assert!(storage.count() <= 4, "{what}: too many storage buffers");

    let entry = || "main".to_owned();
    let options = spv::PipelineOptions { shader_stage: naga::ShaderStage::Compute, entry_point: entry() };
    spv::write_vec(&module, &info, &spv::Options::default(), Some(&options)).unwrap_or_else(|e| panic!("{what}: {e}"));

    let options = msl::PipelineOptions {
        entry_point: Some((naga::ShaderStage::Compute, entry())),
        ..msl::PipelineOptions::default()
    };
    let faked = msl::Options { fake_missing_bindings: true, ..msl::Options::default() };
    msl::write_string(&module, &info, &faked, &options).unwrap_or_else(|e| panic!("{what}: {e}"));

    let options = hlsl::PipelineOptions { entry_point: Some((naga::ShaderStage::Compute, entry())) };
    hlsl::Writer::new(
        &mut String::new(),
        &hlsl::Options { fake_missing_bindings: true, ..Default::default() },
        &options,
    )
    .write(&module, &info, None)
    .unwrap_or_else(|e| panic!("{what}: {e}"));

    let version = glsl::Version::Embedded { version: 310, is_webgl: false };
    let map = module.global_variables.iter().filter_map(|(_, v)| v.binding);
    let binding_map = map.map(|b| (b, b.binding as u8)).collect();
    let options = glsl::Options { version, binding_map, ..glsl::Options::default() };
    let pipeline =
        glsl::PipelineOptions { shader_stage: naga::ShaderStage::Compute, entry_point: entry(), multiview: None };
    glsl::Writer::new(&mut String::new(), &module, &info, &options, &pipeline, Default::default())
        .and_then(|mut writer| writer.write())
        .unwrap_or_else(|e| panic!("{what}: {e}"));
}
