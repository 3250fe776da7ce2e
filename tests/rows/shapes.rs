//! Every function and pass in the shapes of kernels for GPUs and for software, on tensors of many extents.

use wgpu_activations::row::{ALL, SOFTMAX2D};
use wgpu_activations::wgpu::Limits;
use wgpu_activations::{Extent, Kernels, Pass, Tuning, With};

use crate::common::cases::row_passes;
use crate::common::kinds::row_of;
use crate::common::rig::Rig;
use crate::common::row_ways::{Case, run};

const INNER: [u64; 6] = [1, 2, 3, 5, 16, 33];

/// All passes of functions that have kernels of their own.
fn passes() -> impl Iterator<Item = (With<'static>, Pass)> {
    ALL.iter().filter(|row| row.name != SOFTMAX2D.name).flat_map(|row| row_passes(row))
}

/// Extents with rows of these lengths: every `inner` and `outer` comes by with one length or another.
fn extents(lengths: impl IntoIterator<Item = u64>, start: u64) -> impl Iterator<Item = Extent> {
    let at = move |(channels, k): (u64, u64)| {
        let (outer, inner) = (1 + (start + k) % 9, INNER[((start + k / 2) % 6) as usize]);
        // A third of them are rows of neighbours.
        Extent { outer, channels, inner: if k % 3 == 0 { 1 } else { inner } }
    };
    lengths.into_iter().zip(0..).map(at)
}

/// Kernels as they are for software, and for GPUs.
pub(crate) fn rigs() -> Option<[(Rig, &'static str); 2]> {
    let rig = |software: bool| {
        let mut rig = Rig::new(|_| Limits::default())?;
        rig.kernels = Kernels::tuned(&rig.device, if software { Tuning::SOFTWARE } else { Tuning::DISCRETE })
            .expect("the limits suffice");
        Some((rig, if software { "software" } else { "GPU" }))
    };
    Some([rig(true)?, rig(false)?])
}

fn cases(f: &With<'static>, pass: Pass, extents: impl Iterator<Item = Extent>) -> impl Iterator<Item = Case> {
    extents.map(move |extent| {
        // The mask as large as the tensor, a part of it, or one for all.
        let repeat =
            [extent.outer, 1].into_iter().chain((extent.outer % 3 == 0).then_some(3)).nth(extent.channels as usize % 3);
        Case { function: f.clone(), pass, extent, repeat: repeat.unwrap_or(1) }
    })
}

#[test]
fn short_rows() {
    let Some(rigs) = rigs() else { return };
    for (start, (f, pass)) in (0..).zip(passes()) {
        for (rig, what) in &rigs {
            run(rig, cases(&f, pass, extents((1..=70).chain(255..=260), start)), what);
        }
    }
}

#[test]
fn long_rows() {
    let Some(rigs) = rigs() else { return };
    let default = |(f, _): &(With<'static>, Pass)| f.params() == row_of(f).function().params();
    for (start, (f, pass)) in (0..).zip(passes().filter(default)) {
        for (rig, what) in &rigs {
            run(rig, cases(&f, pass, extents([1000, 4099, 1024, 1000, 4099], start)), what);
            for (outer, channels, inner) in
                [(131, 1001, 1), (4, 4099, 1), (2, 50_257, 1), (1, 65_536, 2), (1, 300_001, 1)]
            {
                let extent = Extent { outer, channels, inner };
                run(rig, cases(&f, pass, std::iter::once(extent)), what);
            }
        }
    }
}
