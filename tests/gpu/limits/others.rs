//! Gates, CReLU and functions of rows.

use wgpu_activations::row::{ALL, Gradient};
use wgpu_activations::{Extent, Halves, Pass, gate};

use super::devices;
use crate::common::Noise;
use crate::common::cases::row_passes;
use crate::common::gate_ways;
use crate::common::row_ways::{Case, run};

#[test]
fn every_gate() {
    for (device, rig) in devices() {
        let mut noise = Noise(3);
        let [x, dy] = [(2 * 273, 2.0), (2 * 273, 1.0)].map(|(len, scale)| noise.vec(len, scale));
        let (half, extent) = (&dy[..273], Extent { outer: 13, channels: 6, inner: 7 });
        let four = rig.device.limits().max_storage_buffers_per_shader_stage < 5;
        for gate in gate::ALL.iter().map(|gate| gate.function()) {
            let (a, b) = x.split_at(273);
            let [forward, backward] = gate_ways::two_tensors(&rig, &gate, a, b, half, &device);
            // Five buffers take one dispatch, four take two.
            assert_eq!(backward, if four { 2 * forward } else { forward }, "{}, {device}", gate.op().name());
            for mode in [Halves::Split, Halves::Interleaved] {
                gate_ways::halves(&rig, &gate, &x, half, extent, mode, &device);
            }
        }
        gate_ways::crelu(&rig, half, &x, Extent { channels: 3, ..extent }, &device);
    }
}

/// Short rows, rows that a workgroup takes one of, rows of chunks; with other axes behind them.
const EXTENTS: [[u64; 3]; 3] = [[37, 21, 1], [2, 5003, 1], [3, 70, 9]];

#[test]
fn every_function_of_rows() {
    for (device, rig) in devices() {
        for row in ALL {
            for pass in [Pass::Forward, Pass::Backward] {
                if pass == Pass::Backward && row.gradient == Gradient::None {
                    continue;
                }
                let functions = row_passes(row).filter(|(_, p)| *p == pass);
                let cases = functions.flat_map(|(function, pass)| {
                    EXTENTS.map(|[outer, channels, inner]| Case {
                        function: function.clone(),
                        pass,
                        extent: Extent { outer, channels, inner },
                        repeat: outer,
                    })
                });
                run(&rig, cases, &device);
            }
        }
    }
}
