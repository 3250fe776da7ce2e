//! Every error there is, produced by what a caller does wrong: one line that names the function and the numbers.

use std::collections::BTreeSet;

use crate::common::gpu;
use crate::common::rig::{self, Rig, USAGE};
use wgpu_activations::activation::{GELU, HARDTANH, LEAKY_RELU, PRELU, RELU, SQUAREPLUS};
use wgpu_activations::gate::{CRELU, SWIGLU};
use wgpu_activations::row::{HARDMAX, MASKED_SOFTMAX, SCALED_SOFTMAX, SOFTMAX};
use wgpu_activations::wgpu::{BufferUsages, Limits};
use wgpu_activations::{
    Activation, AdapterChoice, Buffers, Error, Extent, Gpu, Halves, Kernels, Spec, reference, wgsl,
};

/// Errors that do not come about here, with the reason.
const ELSEWHERE: &[(&str, &str)] = &[
    ("NoDevice", "an adapter that is listed opens a device with limits of its own, unless its driver breaks down"),
    ("OutOfMemory", "a process of its own runs out of memory in tests/memory.rs"),
];

/// The variant that is expected, the error that came, and what its message must tell.
type Case = (&'static str, Error, &'static [&'static str]);

fn with_usage(rig: &Rig, usage: BufferUsages) -> wgpu::Buffer {
    rig.device.create_buffer(&wgpu::BufferDescriptor { label: None, size: 4096, usage, mapped_at_creation: false })
}

/// A function of a caller's own.
fn own() -> &'static Activation {
    let text = "fn own_identity(x: f32) -> f32 { return x; }\nfn own_identity_dx(x: f32) -> f32 { return 1.0; }";
    Activation::custom("own_identity", text, &[]).unwrap()
}

/// What is wrong without any device.
fn by_name() -> Vec<Case> {
    vec![
        ("UnknownName", Activation::find("gelo").unwrap_err(), &["gelo", "gelu"]),
        ("Elsewhere", Activation::find("swiglu").unwrap_err(), &["swiglu", "a gate", "Gate::find"]),
        ("UnknownParameter", RELU.function().set("alpha", 1.0).unwrap_err(), &["relu", "alpha", "none"]),
        (
            "UnknownParameter",
            HARDTANH.function().set("min", 1.0).unwrap_err(),
            &["hardtanh", "min", "min_val", "max_val"],
        ),
        ("UnknownParameter", Spec::param_gradient(&GELU, "alpha").unwrap_err(), &["gelu", "alpha"]),
        ("NotTrainable", Spec::param_gradient(&HARDTANH, "min_val").unwrap_err(), &["hardtanh", "min_val"]),
        ("NoOutputDerivative", Spec::backward_from_output(&GELU).check().unwrap_err(), &["gelu", "output"]),
        ("NoGradient", Spec::backward(&HARDMAX).check().unwrap_err(), &["hardmax", "gradient"]),
        ("NoKernel", Spec::forward(&RELU).per_channel().check().unwrap_err(), &["relu", "no parameters"]),
        (
            "ParameterRange",
            reference::forward(SQUAREPLUS.with(-1.0), &[0.0]).unwrap_err(),
            &["squareplus", "b is -1", "0 or [1e-6, 1e6]"],
        ),
        (
            "ParameterRange",
            reference::backward(LEAKY_RELU.with(-0.5).from_output(), &[0.0], &[1.0]).unwrap_err(),
            &["leaky_relu", "negative_slope is -0.5", "[0, inf)", "from the input"],
        ),
        (
            "NoKernel",
            Spec::param_gradient(&PRELU, "weight").unwrap().in_place().check().unwrap_err(),
            &["prelu", "in place"],
        ),
        (
            "WrongTensors",
            reference::forward(MASKED_SOFTMAX.along(Extent::from(4)), &[0.0; 4]).unwrap_err(),
            &["masked_softmax", "a mask"],
        ),
        ("WrongTensors", reference::forward(&SOFTMAX, &[0.0; 4]).unwrap_err(), &["softmax", ".along(extent)"]),
        ("WrongTensors", reference::forward(&SWIGLU, &[0.0; 4]).unwrap_err(), &["swiglu", "(&a, &b)", ".halves("]),
        ("WrongTensors", reference::forward(&CRELU, &[0.0; 4]).unwrap_err(), &["crelu", ".along(extent)"]),
        ("WrongTensors", reference::forward(&RELU, (&[0.0; 4], &[0.0; 4])).unwrap_err(), &["relu", "one tensor, &x"]),
        ("WrongTensors", reference::forward(RELU.function().mask(&[0.0]), &[0.0]).unwrap_err(), &["relu", "no mask"]),
        (
            "WrongTensors",
            reference::forward(SOFTMAX.function().halves(4.into(), Halves::Split), &[0.0; 4]).unwrap_err(),
            &["softmax", "one tensor, &x"],
        ),
        (
            "NoKernel",
            reference::forward(SCALED_SOFTMAX.along(4.into()).per_channel(&[0.0; 4], 4.into()), &[0.0; 4]).unwrap_err(),
            &["scaled_softmax", "none are per channel"],
        ),
        ("Extent", Extent::along(&[2, 3], 2).unwrap_err(), &["2", "[2, 3]"]),
        ("Extent", Extent::along(&[2, 3], -3).unwrap_err(), &["-3", "[2, 3]"]),
        ("Extent", Extent::along(&[usize::MAX, 3], 0).unwrap_err(), &["2^64"]),
        (
            "Custom",
            Activation::custom("mine", "fn mine(x: f32) -> f32 {\n    return y;\n}", &[]).unwrap_err(),
            &["mine", "line 2", "`y`"],
        ),
        ("Custom", Activation::custom("gelu", "", &[]).unwrap_err(), &["gelu", "taken"]),
        ("NoReference", reference::forward(own(), &[1.0]).unwrap_err(), &["own_identity", "reference"]),
        ("Prefix", wgsl::snippet(&[&RELU]).prefix("1a").unwrap_err(), &["1a"]),
    ]
}

/// What is wrong with slices.
fn with_slices(gpu: &Gpu) -> Vec<Case> {
    let two = Extent { outer: 1, channels: 2, inner: 2 };
    let wide = Extent { outer: 0, channels: 1 << 20, inner: 1 << 20 };
    vec![
        ("Length", gpu.backward(&RELU, &[1.0; 3], &[1.0; 2]).unwrap_err(), &["relu", "dy", "3", "2"]),
        (
            "NoOutputDerivative",
            gpu.backward(GELU.function().from_output(), &[1.0], &[1.0]).unwrap_err(),
            &["gelu", "output"],
        ),
        ("ParameterCount", gpu.forward(LEAKY_RELU.with([1.0, 2.0]), &[1.0]).unwrap_err(), &["leaky_relu", "1", "2"]),
        (
            "ParameterCount",
            gpu.forward(PRELU.function().per_channel(&[1.0; 3], two), &[1.0; 4]).unwrap_err(),
            &["prelu", "2", "3"],
        ),
        (
            "Extent",
            gpu.forward(PRELU.function().per_channel(&[1.0; 2], two), &[1.0; 5]).unwrap_err(),
            &["prelu", "5", "[1, 2, 2]"],
        ),
        (
            "TooLarge",
            gpu.forward(PRELU.function().per_channel(&[], wide), &[] as &[f32]).unwrap_err(),
            &["1099511627776", "1073741824"],
        ),
        (
            "UnknownParameter",
            gpu.param_gradient(&PRELU, "slope", &[1.0], &[1.0]).unwrap_err(),
            &["prelu", "slope", "weight"],
        ),
    ]
}

/// What is wrong with buffers.
fn with_buffers(rig: &Rig) -> Vec<Case> {
    let [x, y, dy] = [(); 3].map(|()| with_usage(rig, USAGE));
    let plain = with_usage(rig, BufferUsages::COPY_DST);
    let [forward, in_place] =
        [Spec::forward(&RELU), Spec::forward(&RELU).in_place()].map(|s| rig.kernels.get(s).unwrap());
    let [backward, backward_in_place] =
        [Spec::backward(&RELU), Spec::backward(&RELU).in_place()].map(|s| rig.kernels.get(s).unwrap());
    let per_channel = rig.kernels.get(Spec::forward(&PRELU).per_channel()).unwrap();
    let unary = Buffers::forward(x.slice(..), y.slice(..));
    let two = Extent { outer: 1, channels: 2, inner: 2 };
    let bind = |buffers, len: usize| forward.bind(buffers, len).unwrap_err();
    let huge = Extent { outer: u64::MAX, channels: 2, inner: 1 };
    let weights = |len| per_channel.bind(unary.weights(dy.slice(..len)), two);
    vec![
        ("Length", bind(unary, 1025), &["relu", "x", "1024", "1025"]),
        ("Length", bind(Buffers::forward(x.slice(..), y.slice(..4093)), 1024), &["relu", "y", "1023", "1024"]),
        ("MissingUsage", bind(Buffers::forward(plain.slice(..), y.slice(..)), 1), &["relu", "x", "STORAGE"]),
        ("MissingUsage", bind(Buffers::forward(x.slice(..), plain.slice(..)), 1), &["relu", "y", "STORAGE"]),
        ("Misaligned", bind(Buffers::forward(x.slice(2..), y.slice(..)), 1), &["relu", "x", " 2,", "of 4"]),
        ("Misaligned", bind(Buffers::forward(x.slice(..), y.slice(383..)), 1), &["relu", "y", "383", "of 4"]),
        ("Overlap", bind(Buffers::forward(x.slice(..), x.slice(..)), 1), &["relu", "x", "y", "0..4"]),
        ("Overlap", bind(Buffers::forward(x.slice(..), x.slice(252..)), 64), &["relu", "x", "y", "252..508", "0..256"]),
        ("WrongBuffers", bind(Buffers::new().x(x.slice(..)), 1), &["relu", "x, y; missing: y"]),
        (
            "WrongBuffers",
            bind(Buffers::new().x(x.slice(..)).dy(dy.slice(..)).dx(y.slice(..)), 1),
            &["relu", "x, y; missing: y; too many: dy, dx"],
        ),
        ("WrongBuffers", bind(unary.weights(dy.slice(..)), 1), &["relu", "weights", "Spec::per_channel"]),
        ("WrongBuffers", in_place.bind(unary, 1).unwrap_err(), &["relu", "buffers x; too many: y"]),
        ("WrongBuffers", backward.bind(unary, 1).unwrap_err(), &["relu", "x, dy, dx; missing: dy, dx; too many: y"]),
        (
            "WrongBuffers",
            backward_in_place.bind(Buffers::new().x(x.slice(..)), 1).unwrap_err(),
            &["relu", "x, dy; missing: dy"],
        ),
        (
            "Overlap",
            backward_in_place.bind(Buffers::new().x(x.slice(..)).dy(x.slice(..)), 1).unwrap_err(),
            &["relu", "x", "dy"],
        ),
        ("WrongBuffers", per_channel.bind(unary, two).unwrap_err(), &["prelu", "weights"]),
        ("Length", weights(4).unwrap_err(), &["prelu", "weights", "1", "2"]),
        ("PerChannel", weights(8).unwrap().set_params(&rig.queue, &[1.0, 2.0]).unwrap_err(), &["prelu", "channel"]),
        ("Extent", forward.bind(unary, huge).unwrap_err(), &["relu", "2^64"]),
    ]
}

/// What is wrong with a device.
fn with_devices() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for (limits, told) in [
        (Limits { max_storage_buffers_per_shader_stage: 3, ..Limits::default() }, &["256", "4", "3"]),
        (Limits { max_compute_invocations_per_workgroup: 128, ..Limits::default() }, &["256", "4", "128"]),
        (Limits { max_compute_workgroup_size_x: 64, ..Limits::default() }, &["256", "4", "64"]),
    ] {
        let (device, _queue) = rig::device(|_| limits).expect("an adapter");
        cases.push(("Unsupported", Kernels::new(&device).unwrap_err(), told));
    }

    let small = |limits| Limits { max_storage_buffer_binding_size: 4096, ..limits };
    let rig = Rig::new(small).expect("an adapter");
    let [x, y, weights] = [(); 3].map(|()| rig.room(2000));
    let kernel = rig.kernels.get(Spec::forward(&PRELU).per_channel()).unwrap();
    let buffers = Buffers::forward(x.slice(..), y.slice(..)).weights(weights.slice(..));
    let extent = Extent { outer: 1, channels: 2000, inner: 1 };
    cases.push(("TooLarge", kernel.bind(buffers, extent).unwrap_err(), &["weights", "2000", "1024"]));
    let kernel = rig.kernels.get(Spec::param_gradient(&PRELU, "weight").unwrap().per_channel()).unwrap();
    let sums = rig.room(1000);
    let buffers = Buffers::new().x(x.slice(..)).dy(y.slice(..)).sums(sums.slice(..)).weights(weights.slice(..));
    // Two windows of a thousand channels each.
    let extent = Extent { outer: 2, channels: 1000, inner: 1 };
    cases.push(("TooLarge", kernel.bind(buffers, extent).unwrap_err(), &["partial sums", "2000", "1024"]));

    // A buffer of another device is what only wgpu can find.
    let adapter = rig::adapter().expect("an adapter");
    let open = || pollster::block_on(adapter.request_device(&Default::default())).expect("a device");
    let [(device, _queue), (other, _)] = [open(), open()];
    let buffer = |device: &wgpu::Device| {
        device.create_buffer(&wgpu::BufferDescriptor { label: None, size: 16, usage: USAGE, mapped_at_creation: false })
    };
    let kernel = Kernels::new(&device).unwrap().get(Spec::forward(&RELU)).unwrap();
    let (x, y) = (buffer(&device), buffer(&other));
    cases.push(("Gpu", kernel.bind(Buffers::forward(x.slice(..), y.slice(..)), 4).unwrap_err(), &["evice"]));

    let own = Gpu::new().expect("an adapter");
    own.device().destroy();
    cases.push(("DeviceLost", own.forward(&RELU, &[1.0]).unwrap_err(), &["lost"]));
    cases.push(("DeviceLost", own.forward(&RELU, &[1.0]).unwrap_err(), &["lost"]));
    cases
}

fn no_adapter() -> Vec<Case> {
    let by = |choice: AdapterChoice| Gpu::with(&choice).unwrap_err();
    vec![
        ("NoAdapter", by(AdapterChoice::default().name("no such adapter")), &["no such adapter"]),
        ("Unsupported", by(AdapterChoice::default().backend("glide")), &["glide", "vulkan", "gl"]),
    ]
}

/// The variants of the error type. It may grow without notice to callers, so no `match` here can be complete.
fn variants() -> BTreeSet<&'static str> {
    let source = include_str!("../../src/error/mod.rs");
    let body = source.split("pub enum Error {").nth(1).and_then(|rest| rest.split("\n}\n").next()).expect("the enum");
    let names = body.lines().filter_map(|line| line.strip_prefix("    ").filter(|l| l.starts_with(char::is_uppercase)));
    names.filter_map(|line| line.split([' ', ',', '(']).next()).collect()
}

#[test]
fn every_error_comes_about_and_says_what_is_wrong() {
    let (Some(gpu), Some(rig)) = (gpu(), Rig::webgpu()) else { return };
    let mut cases = by_name();
    cases.extend(with_slices(gpu));
    cases.extend(with_buffers(&rig));
    cases.extend(with_devices());
    cases.extend(no_adapter());
    let mut missing = variants();
    assert!(missing.len() > 15, "the enum was not found");
    for (kind, error, told) in cases {
        let (message, debug) = (error.to_string(), format!("{error:?}"));
        assert_eq!(debug.split([' ', '(']).next(), Some(kind), "{message}");
        for part in told {
            assert!(message.contains(part), "{kind}: {message:?} does not name {part:?}");
        }
        assert!(!message.contains('\n') && message.len() < 600, "{kind}: {message}");
        missing.remove(kind);
    }
    for (name, reason) in ELSEWHERE {
        assert!(missing.remove(name), "{name} came about, or is gone, in spite of this: {reason}");
    }
    assert!(missing.is_empty(), "no test produces {missing:?}");
}
