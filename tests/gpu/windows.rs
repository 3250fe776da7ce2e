//! Devices that allow little: small bindings force many windows, few workgroups force dispatches in rows.

use crate::common::Noise;
use crate::common::kinds::activation_of;
use crate::common::maps::assert_maps;
use crate::common::rig::{Rig, assert_rounded, assert_sums, bits};
use wgpu_activations::activation::{LEAKY_RELU, PRELU};
use wgpu_activations::wgpu::Limits;
use wgpu_activations::{Buffers, Error, Extent, Spec, With};

/// A device with these limits, and whether a tensor of 100,003 elements needs more than one dispatch there.
struct Small {
    binding: u64,
    groups: u32,
    finest_alignment: bool,
}

const fn small(binding: u64, groups: u32, finest_alignment: bool) -> Small {
    Small { binding, groups, finest_alignment }
}

const DEVICES: &[Small] = &[
    small(128 << 20, 65_535, true),
    // Windows of 16,384 elements; the last is odd.
    small(64 << 10, 65_535, false),
    // No multiple of the alignment: windows are shorter than the limit.
    small(5000, 65_535, false),
    small(5000, 65_535, true),
    small(65_532, 7, true),
    // Rows of workgroups, the last row not full, and windows for what rows do not reach.
    small(128 << 20, 16, false),
    small(128 << 20, 3, false),
    small(40_000, 3, true),
];

impl Small {
    fn open(&self) -> Option<Rig> {
        Rig::new(|adapter| Limits {
            max_storage_buffer_binding_size: self.binding,
            max_compute_workgroups_per_dimension: self.groups,
            min_storage_buffer_offset_alignment: if self.finest_alignment {
                adapter.min_storage_buffer_offset_alignment
            } else {
                256
            },
            ..Limits::default()
        })
    }

    fn describe(&self, rest: &str) -> String {
        format!("bindings of {} bytes, {} workgroups: {rest}", self.binding, self.groups)
    }

    /// Whether `len` elements need several dispatches: more than a binding holds, or than threads reach.
    fn splits(&self, len: usize) -> bool {
        len as u64 * 4 > self.binding || len as u64 > u64::from(self.groups).pow(2) * 256 * 4
    }
}

impl Small {
    /// Whether a sum per channel may be too large: its partial sums, one at least for each window and channel, must fit
    /// a binding, and its workgroups a dispatch. Real devices allow thousands of times more than the tightest here.
    fn may_refuse(&self, extent: Extent) -> bool {
        let windows = (extent.len().unwrap() * 4).div_ceil(self.binding / 256 * 256);
        let many = extent.channels > u64::from(self.groups).pow(2) || windows * extent.channels * 4 > self.binding;
        many || self.groups < 16 || self.binding < 8192
    }
}

#[test]
fn maps_in_windows_and_rows() {
    for device in DEVICES {
        let Some(rig) = device.open() else { return };
        for len in [100_003, 100_000, 65_536, 65_537, 16_385, 1250, 1] {
            let mut noise = Noise(len as u32);
            let (x, dy) = (noise.vec(len, 4.0), noise.vec(len, 2.0));
            let what = device.describe(&format!("{len} elements"));
            let dispatches = assert_maps(&rig, &LEAKY_RELU.function(), &x, &dy, &what, assert_rounded);
            assert!(dispatches > 1 || !device.splits(len), "{what} in one dispatch");
        }
    }
}

const EXTENTS: &[(u64, u64, u64)] = &[
    (1, 1, 100_003),
    (100_003, 1, 1),
    (7, 13, 1103),
    (1103, 13, 7),
    (1, 300, 333),
    (333, 300, 1),
    (3, 1, 33_335),
    (20_001, 5, 1),
    (1, 5, 20_001),
    (2, 12_345, 4),
];

fn extents() -> impl Iterator<Item = Extent> {
    EXTENTS.iter().map(|&(outer, channels, inner)| Extent { outer, channels, inner })
}

/// x, dy and a weight for each channel.
fn tensors(extent: Extent) -> (Vec<f32>, Vec<f32>, Vec<f32>) {
    let len = extent.len().unwrap() as usize;
    let mut noise = Noise(len as u32);
    (noise.vec(len, 4.0), noise.vec(len, 2.0), noise.vec(extent.channels as usize, 1.5))
}

#[test]
fn channels_in_windows_and_rows() {
    for device in DEVICES {
        let Some(rig) = device.open() else { return };
        for extent in extents() {
            let (x, dy, values) = tensors(extent);
            let what = device.describe(&format!("{extent:?}"));
            if extent.channels * 4 > device.binding {
                let (x, y, w) = (rig.upload(&x), rig.room(x.len()), rig.upload(&values));
                let kernel = rig.kernels.get(Spec::forward(&PRELU).per_channel()).unwrap();
                let buffers = Buffers::forward(x.slice(..), y.slice(..)).weights(w.slice(..));
                let error = kernel.bind(buffers, extent).unwrap_err();
                assert!(matches!(error, Error::TooLarge { what: "weights", .. }), "{what}: {error}");
                continue;
            }
            assert_maps(&rig, &PRELU.function().per_channel(&values, extent), &x, &dy, &what, assert_rounded);
        }
    }
}

/// One sum, or the reason why there is none.
fn sum(rig: &Rig, f: &With<'_>, x: &[f32], dy: &[f32]) -> Result<Vec<f32>, Error> {
    let spec = Spec::param_gradient(activation_of(f), "weight")?;
    let (x_, dy_) = (rig.upload(x), rig.upload(dy));
    let sums = rig.room(f.channels().map_or(1, |e| e.channels as usize));
    let buffers = Buffers::new().x(x_.slice(..)).dy(dy_.slice(..)).sums(sums.slice(..));
    let bound = match f.channels() {
        None => rig.kernels.get(spec)?.bind(buffers, x.len())?,
        Some(extent) => {
            let weights = rig.upload(f.params());
            rig.kernels.get(spec.per_channel())?.bind(buffers.weights(weights.slice(..)), extent)?
        }
    };
    rig.run(&[&bound]);
    let once = rig.words(&sums);
    rig.run(&[&bound]);
    assert_eq!(once, rig.words(&sums), "the same bits again");
    Ok(once.into_iter().map(f32::from_bits).collect())
}

#[test]
fn sums_in_windows_and_rows() {
    for device in DEVICES {
        let Some(rig) = device.open() else { return };
        for extent in extents() {
            let (x, dy, values) = tensors(extent);
            let per_channel = PRELU.function().per_channel(&values, extent);
            for f in [PRELU.function(), per_channel] {
                let what = device.describe(&format!("{:?}", f.channels().unwrap_or(x.len().into())));
                match sum(&rig, &f, &x, &dy) {
                    Ok(got) => assert_sums(&what, &got, &f, "weight", &x, &dy, 1e-6),
                    Err(Error::TooLarge { .. }) if f.channels().is_some() && device.may_refuse(extent) => {}
                    Err(error) => panic!("{what}: {error}"),
                }
            }
        }
    }
}

/// Door (a) on such a device agrees bit for bit with the same kernel in one window.
#[test]
fn windows_change_no_bit() {
    let (Some(large), Some(small)) = (Rig::webgpu(), DEVICES[4].open()) else { return };
    let x = Noise(41).vec(100_003, 20.0);
    for a in wgpu_activations::activation::ALL {
        let run = |rig: &Rig| {
            let (x, y) = (rig.upload(&x), rig.room(x.len()));
            let kernel = rig.kernels.get(Spec::forward(a)).unwrap();
            rig.run(&[&kernel.bind(Buffers::forward(x.slice(..), y.slice(..)), 100_003).unwrap()]);
            rig.download(&y)
        };
        assert_eq!(bits(&run(&large)), bits(&run(&small)), "{}", a.name);
    }
}
