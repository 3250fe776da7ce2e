//! The texts of all kernels over rows: valid, translated to every backend, within what devices bind. No GPU is needed.

use std::collections::BTreeSet;

use naga::AddressSpace;
use wgpu_activations::row::{ALL, Gradient};
use wgpu_activations::{Pass, Spec};

use crate::common::on_all_cores;
use crate::common::texts::{barriers, translate, valid};
use crate::common::told::{no_gradient, told};

#[test]
fn every_kernel_is_what_devices_take() {
    on_all_cores(ALL, |row| {
        for spec in [Spec::forward(*row), Spec::backward(*row)] {
            if row.gradient == Gradient::None && spec.pass() != Pass::Forward {
                assert_eq!(told(spec.check()), Err(no_gradient(row.name)));
                continue;
            }
            let texts = spec.texts().unwrap();
            assert_eq!(spec.wgsl().as_ref(), Ok(&texts[0].1), "{spec:?}: wgsl() is not the first text");
            for (variant, text) in texts {
                let what = format!("{} {} {variant}", row.name, spec.pass());
                let (module, info) = valid(&what, &text);
                translate(&what, &module, &info);
                let bound: Vec<_> = module.global_variables.iter().filter_map(|(_, v)| v.binding).collect();
                let numbers: BTreeSet<u32> = bound.iter().map(|b| b.binding).collect();
                assert_eq!(numbers.len(), bound.len(), "{what}: two bindings of one number");
                let storage = |(_, v): &(_, &naga::GlobalVariable)| matches!(v.space, AddressSpace::Storage { .. });
                assert!(module.global_variables.iter().filter(storage).count() <= 4, "{what}: too many buffers");
                let joins = !variant.contains("ChunkValues") && !variant.contains("joined by none");
                assert_eq!(barriers(&what, &module) > 0, joins, "{what}: threads join at barriers");
            }
        }
    });
}
