//! Rows in a compute pass of the caller's.

use wgpu_activations::row::{LOG_SOFTMAX, MASKED_SOFTMAX, SCALED_SOFTMAX, SOFTMAX};
use wgpu_activations::wgpu::Limits;
use wgpu_activations::{Buffers, Extent, Spec, reference};

use crate::common::Noise;
use crate::common::rig::{Rig, assert_close};

#[test]
fn several_kernels_in_one_pass_of_the_callers_encoder() {
    for limits in [Limits::default(), Limits::downlevel_defaults()] {
        let Some(rig) = Rig::new(|_| limits) else { return };
        let extent = Extent::along(&[4, 3, 67], -1).unwrap();
        let mut noise = Noise(1);
        let [x, dy, mask] = [(804, 6.0), (804, 2.0), (201, 3.0)].map(|(len, scale)| noise.vec(len, scale));
        let [xs, dys, masks] = [&x, &dy, &mask].map(|values| rig.upload(values));
        let (y, dx) = (rig.room(804), rig.room(804));
        let kernel = |spec: Spec| rig.kernels.get(spec).unwrap();
        let buffers = Buffers::new().x(xs.slice(..)).mask(masks.slice(..)).y(y.slice(..));
        let forward = kernel(Spec::forward(&MASKED_SOFTMAX)).bind(buffers, extent).unwrap();
        let buffers = Buffers::new().y(y.slice(..)).dy(dys.slice(..)).dx(dx.slice(..));
        let backward = kernel(Spec::backward(&MASKED_SOFTMAX)).bind(buffers, extent).unwrap();
        for scale in [1.0, 0.125, -2.0] {
            // Nothing is compiled or bound again.
            forward.set_params(&rig.queue, &[scale]).unwrap();
            backward.set_params(&rig.queue, &[scale]).unwrap();
            let mut encoder = rig.device.create_command_encoder(&Default::default());
            let mut pass = encoder.begin_compute_pass(&Default::default());
            forward.record(&mut pass);
            // This one reads what the first one writes.
            backward.record(&mut pass);
            drop(pass);
            rig.queue.submit([encoder.finish()]);
            let f = MASKED_SOFTMAX.with(scale);
            let y = rig.download(&y);
            assert_close("y", &y, &reference::forward(f.clone().mask(&mask).along(extent), &x).unwrap());
            assert_close("dx", &rig.download(&dx), &reference::backward(f.clone().along(extent), &y, &dy).unwrap());
        }
    }
}

/// The memory between dispatches is a bound call's own: two calls recorded in turn do not meet in it.
#[test]
fn long_rows_of_several_calls() {
    let Some(rig) = Rig::webgpu() else { return };
    let extent = Extent { outer: 1, channels: 200_001, inner: 1 };
    let x = [1, 2].map(|seed| Noise(seed).vec(200_001, 6.0));
    let tensors = x.each_ref().map(|x| (rig.upload(x), rig.room(x.len())));
    let functions = [SCALED_SOFTMAX.with(0.5), LOG_SOFTMAX.function()];
    let bound: Vec<_> = functions
        .iter()
        .zip(&tensors)
        .map(|(f, (x, y))| {
            let kernel = rig.kernels.get(Spec::forward(f.op())).unwrap();
            let bound = kernel.bind(Buffers::forward(x.slice(..), y.slice(..)), extent).unwrap();
            bound.set_params(&rig.queue, f.params()).unwrap();
            bound
        })
        .collect();
    assert!(bound.iter().all(|b| b.dispatches() > 2));
    rig.run(&[&bound[0], &bound[1], &bound[0], &bound[1]]);
    for ((f, x), (_, y)) in functions.iter().zip(&x).zip(&tensors) {
        assert_close(f.op().name(), &rig.download(y), &reference::forward(f.clone().along(extent), x).unwrap());
    }
    // A row of another length is another call.
    let one = Extent { outer: 200_001, channels: 1, inner: 1 };
    let (x, y) = &tensors[0];
    let bound = rig.kernels.get(Spec::forward(&SOFTMAX)).unwrap().bind(Buffers::forward(x.slice(..), y.slice(..)), one);
    rig.run(&[&bound.unwrap()]);
    assert!(rig.download(y).iter().all(|v| *v == 1.0));
}
