//! Devices that allow little: rows and masks past the binding limit, few workgroups to a dispatch.

use wgpu_activations::row::{
    Gradient, HARDMAX, LOG_SOFTMAX, LOGSUMEXP, MASKED_SOFTMAX, MAXOUT, RowFunction, SCALED_SOFTMAX, SOFTMAX, SPARSEMAX,
};
use wgpu_activations::wgpu::Limits;
use wgpu_activations::{Error, Extent, Kernels, Pass, Tuning};

use crate::common::rig::Rig;
use crate::common::row_ways::{Case, run_bound};

/// Bytes of a binding, workgroups of a dimension, whether offsets are as fine as the adapter has them, and whether kernels
/// are tuned for software.
const DEVICES: &[(u64, u32, bool, bool)] = &[
    (64 << 10, 65_535, false, true),
    (5000, 65_535, false, false),
    (8192, 65_535, true, true),
    (65_532, 7, true, false),
    (128 << 20, 16, false, true),
];

const PASSES: [Pass; 2] = [Pass::Forward, Pass::Backward];
const FUNCTIONS: &[&RowFunction] =
    &[&SOFTMAX, &LOG_SOFTMAX, &SCALED_SOFTMAX, &MASKED_SOFTMAX, &HARDMAX, &SPARSEMAX, &MAXOUT, &LOGSUMEXP];

/// Extents, and the outer indices after which a mask repeats.
const EXTENTS: &[([u64; 3], u64)] = &[
    ([1, 20_000, 1], 1),
    ([1, 20_003, 1], 1),
    ([3, 10_001, 1], 3),
    ([2, 70_000, 1], 1),
    ([600, 50, 1], 1),
    ([600, 50, 1], 600),
    ([401, 51, 1], 401),
    ([30, 257, 1], 15),
    ([12, 7, 100], 12),
    ([500, 13, 3], 50),
    ([4001, 1, 5], 1),
];

#[test]
fn small_devices_split_and_fold() {
    for &(binding, groups, fine, software) in DEVICES {
        let Some(mut rig) = Rig::new(|adapter| Limits {
            max_storage_buffer_binding_size: binding,
            max_compute_workgroups_per_dimension: groups,
            min_storage_buffer_offset_alignment: if fine { adapter.min_storage_buffer_offset_alignment } else { 256 },
            ..Limits::default()
        }) else {
            return;
        };
        rig.kernels = Kernels::tuned(&rig.device, if software { Tuning::SOFTWARE } else { Tuning::DISCRETE }).unwrap();
        let what = format!("bindings of {binding} bytes, {groups} workgroups, software {software}");
        let (mut done, mut refused) = (0, 0);
        for row in FUNCTIONS {
            for (pass, &([outer, channels, inner], repeat)) in
                PASSES.iter().flat_map(|p| EXTENTS.iter().map(move |e| (p, e)))
            {
                if *pass == Pass::Backward && row.gradient == Gradient::None {
                    continue;
                }
                let extent = Extent { outer, channels, inner };
                match (Case { function: row.function(), pass: *pass, extent, repeat }).bind(&rig) {
                    Ok(ready) => {
                        assert!(ready.bound.dispatches() > 1 || extent.len().unwrap() * 4 <= binding, "{what}");
                        run_bound(&rig, &[ready], &what);
                        done += 1;
                    }
                    // A maximum alone needs its row in one binding; many rows need room for their partial sums.
                    Err(Error::TooLarge { .. }) => refused += 1,
                    Err(error) => panic!("{what}: {error}"),
                }
            }
        }
        assert!(done > 30 * refused, "{what}: {refused} refused, {done} done");
    }
}
