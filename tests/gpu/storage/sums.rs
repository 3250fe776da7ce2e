//! Gradients of parameters from 16-bit tensors are the sums of what these stand for, bit for bit.

use wgpu_activations::activation::{ELU, PRELU, SWISH};
use wgpu_activations::wgpu::Limits;
use wgpu_activations::{Buffers, Error, Extent, Spec, Storage};

use super::{Rig, bits_of, pack, upload, value_of};
use crate::common::Noise;

fn sums(rig: &Rig, spec: Spec, storage: Storage, tensors: &[Vec<u32>; 2], extent: Extent) -> Result<Vec<u32>, Error> {
    let [x, dy] = tensors.each_ref().map(|bits| upload(rig, &pack(storage, bits)));
    let out = rig.room(extent.channels as usize);
    let weights = rig.upload(&Noise(3).vec(extent.channels as usize, 1.5));
    let buffers = Buffers::new().x(x.slice(..)).dy(dy.slice(..)).sums(out.slice(..)).weights(weights.slice(..));
    let kernel = rig.kernels.get(spec.per_channel().storage(storage))?;
    rig.run(&[&kernel.bind(buffers, extent)?]);
    Ok(rig.words(&out))
}

#[test]
fn sums_are_those_of_the_numbers() {
    let small = |binding| Limits { max_storage_buffer_binding_size: binding, ..Limits::default() };
    for (binding, same) in [(128 << 20, true), (8 << 10, false)] {
        let Some(rig) = Rig::new(|_| small(binding)) else { return };
        for (outer, channels, inner) in [(1, 1, 20_003), (301, 7, 9), (5001, 5, 1), (1, 3, 7001), (3, 1, 1), (0, 2, 3)]
        {
            let extent = Extent { outer, channels, inner };
            let len = extent.len().unwrap() as usize;
            for storage in [Storage::F16, Storage::Bf16] {
                let mut noise = Noise(len as u32);
                let mut tensor = |scale| noise.vec(len, scale).iter().map(|&v| bits_of(storage, v)).collect();
                let tensors: [Vec<u32>; 2] = [tensor(4.0), tensor(2.0)];
                let wide = tensors.each_ref().map(|t| t.iter().map(|&b| value_of(storage, b).to_bits()).collect());
                for (a, name) in [(&PRELU, "weight"), (&ELU, "alpha"), (&SWISH, "beta")] {
                    let spec = Spec::param_gradient(a, name).unwrap();
                    let got = sums(&rig, spec, storage, &tensors, extent).unwrap();
                    let expected = sums(&rig, spec, Storage::F32, &wide, extent).unwrap();
                    let what = format!("{name} of {extent:?} in {storage}, bindings of {binding}");
                    // Windows of 16-bit tensors hold more, and so add in another order.
                    for (g, e) in got.iter().zip(&expected) {
                        let (value, other) = (f32::from_bits(*g), f32::from_bits(*e));
                        let near = (value - other).abs() <= 1e-5 * (len as f32);
                        assert!(if same { g == e } else { near }, "{what}: {value}, not {other}");
                    }
                }
            }
        }
    }
}
