//! Every text that a device may be given.

use std::collections::BTreeMap;

use wgpu_activations::activation::{self, Kinks};
use wgpu_activations::gate::Gate;
use wgpu_activations::{Extent, Halves, Limits, Op, Spec, Storage, wgsl};

/// One function of each kind, of which every combination is tried.
const WHOLE: [&str; 5] = ["relu", "prelu", "swiglu", "crelu", "softmax"];

/// The kernels of a function: each pass.
fn passes(of: Op) -> Vec<Spec> {
    let mut all = vec![Spec::forward(of), Spec::backward(of)];
    if let Op::Activation(a) = of {
        let sums = a.params.iter().filter(|p| p.trainable()).map(|p| Spec::param_gradient(a, p.name).unwrap());
        all.extend(sums.chain([Spec::backward_from_output(a)]));
        all.extend(Kinks::ALL.into_iter().filter(|&k| a.differs(k)).map(|k| Spec::backward(a).kinks(k)));
    }
    let halves = [Halves::Split, Halves::Interleaved];
    all.extend(all.clone().into_iter().flat_map(|spec| halves.map(|halves| spec.halves(halves))));
    all
}

/// The same with the value before its gate, values per channel, in place, and adding to their output: each alone, or all
/// combinations of these.
fn layouts(plain: &[Spec], combined: bool) -> Vec<Spec> {
    let value_first = |spec: Spec| spec.halves(Halves::Split.value_first());
    let mut all = plain.to_vec();
    for layout in [value_first, Spec::per_channel, Spec::in_place, Spec::accumulate] {
        let before = if combined { all.clone() } else { plain.to_vec() };
        all.extend(before.into_iter().map(layout));
    }
    all
}

/// Every function in every pass, storage and layout that there is a kernel of.
pub fn specs() -> Vec<Spec> {
    let all = Op::all().into_iter().flat_map(|of| {
        let whole = WHOLE.contains(&of.name());
        Storage::ALL
            .into_iter()
            .flat_map(move |storage| layouts(&passes(of), whole).into_iter().map(move |spec| spec.storage(storage)))
    });
    all.filter(|spec| spec.check().is_ok()).collect()
}

/// A tensor whose rows go in chunks and whose axis has halves.
fn extent() -> Extent {
    Extent { outer: 3, channels: 1 << 17, inner: 1 }
}

/// Distinct texts, kernels and snippets, with one of their names: every function in every pass, storage and shape, and of `f32`
/// in every layout; of one function of each kind all combinations of these.
pub fn texts() -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let mut add = |what: String, text: String| {
        all.entry(text).or_insert(what);
    };
    let subjects = Op::all();
    let made = activation::ALL.iter().map(|f| Op::from(Gate::of(f)));
    for of in subjects.iter().copied().chain(made) {
        let listed = subjects.iter().any(|s| s.name() == of.name());
        let whole = WHOLE.contains(&of.name());
        add(format!("snippet {}", of.name()), wgsl::snippet(&[of]).to_string());
        for storage in Storage::ALL {
            let plain = passes(of);
            let all_layouts = whole || storage == Storage::F32;
            for spec in if all_layouts { layouts(&plain, whole) } else { plain.clone() } {
                let spec = spec.storage(storage);
                if spec.check().is_err() {
                    continue;
                }
                let every = whole || listed && plain.iter().any(|plain| plain.storage(storage) == spec);
                let texts =
                    if every { spec.texts().unwrap() } else { vec![("first".to_owned(), spec.wgsl().unwrap())] };
                for (variant, text) in texts {
                    add(format!("{} {} {storage} {variant}", of.name(), spec.pass()), text);
                }
                if whole {
                    for launch in spec.plan(extent(), &Limits::default()).unwrap().all_storage().launches {
                        add(format!("{} {} {storage} all storage", of.name(), spec.pass()), launch.text);
                    }
                }
            }
        }
    }
    add("snippet of all".to_owned(), wgsl::snippet(&subjects).to_string());
    all
}
