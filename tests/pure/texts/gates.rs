//! The texts of all kernels of gates: valid, translated to every backend, within what devices bind.

use std::collections::BTreeSet;

use naga::{AddressSpace, Statement};
use wgpu_activations::activation;
use wgpu_activations::gate::{ALL, CRELU, Gate};
use wgpu_activations::{Halves, Op, Spec};

use crate::common::on_all_cores;
use crate::common::texts::{translate, valid, walk};

/// Every kernel of a gate or of CReLU.
fn specs(of: Op) -> Vec<Spec> {
    let (forward, backward) = (Spec::forward(of), Spec::backward(of));
    let halves = [Halves::Split, Halves::Interleaved].into_iter().flat_map(|h| [forward.halves(h), backward.halves(h)]);
    let all = [forward, backward, forward.in_place(), backward.in_place()].into_iter().chain(halves);
    all.filter(|spec| spec.check().is_ok()).collect()
}

#[test]
fn every_kernel_is_what_devices_take() {
    let made = activation::ALL.iter().map(|f| Gate::of(f));
    let gates: BTreeSet<&str> = ALL.iter().copied().chain(made.clone()).map(|gate| gate.name).collect();
    let subjects = gates.iter().map(|name| Op::from(Gate::find(name).unwrap()));
    let all: Vec<Spec> = subjects.chain([Op::from(&CRELU)]).flat_map(specs).collect();
    let counts = on_all_cores(&all, |&spec| {
        let texts = spec.texts().unwrap();
        assert_eq!(spec.wgsl().as_ref(), Ok(&texts[0].1), "{spec:?}: wgsl() is not the first text");
        for (variant, text) in &texts {
            let what = format!("{spec:?} {variant}");
            let (module, info) = valid(&what, text);
            translate(&what, &module, &info);
            let bound: Vec<u32> =
                module.global_variables.iter().filter_map(|(_, v)| v.binding).map(|b| b.binding).collect();
            assert_eq!(bound.iter().collect::<BTreeSet<_>>().len(), bound.len(), "{what}: two bindings of one number");
            let storage = |(_, v): &(_, &naga::GlobalVariable)| matches!(v.space, AddressSpace::Storage { .. });
            let buffers = module.global_variables.iter().filter(storage).count();
            // Five buffers in one dispatch, for which there are kernels with four.
            let batch = variant.starts_with("Batch") && buffers <= 6;
            let five =
                buffers == 5 && texts.iter().any(|(name, _)| name != variant && name.replace(" part", "") == *variant);
            assert!(buffers <= 4 || five || batch, "{what}: {buffers} storage buffers");
            let name = |f: naga::Handle<naga::Function>| module.functions[f].name.as_deref().unwrap_or_default();
            let main = &module.entry_points[0].function;
            walk(&main.body, 0, 0, &mut |statement, ifs, loops| match statement {
                Statement::Call { function, .. } if name(*function) == "work" => {
                    assert!(ifs > 0 && loops == 0, "{what}: work without a guard");
                }
                Statement::Store { pointer, .. } => {
                    let own = match main.expressions[*pointer] {
                        naga::Expression::LocalVariable(_) => true,
                        naga::Expression::GlobalVariable(v) => {
                            module.global_variables[v].space == AddressSpace::Private
                        }
                        _ => false,
                    };
                    assert!(own, "{what}: a store beside the output's function");
                }
                _ => {}
            });
            let (_, work) = module.functions.iter().find(|(f, _)| name(*f) == "work").unwrap();
            let mut stores = 0;
            walk(&work.body, 0, 0, &mut |statement, _, loops| {
                assert!(!matches!(statement, Statement::Loop { .. }), "{what}: a loop");
                if let Statement::Call { function, .. } = statement {
                    stores += usize::from(loops == 0 && name(*function).starts_with("write_"));
                }
            });
            assert!((1..=2).contains(&stores), "{what}: {stores} stores");
        }
        texts.len()
    });
    let count: usize = counts.into_iter().sum();
    assert!(count > 18 * ALL.len(), "{count} texts");
}
