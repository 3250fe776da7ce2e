//! Every text that a device may be given.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::on_all_cores;
use wgpu_activations::activation::{self, Kinks};
use wgpu_activations::gate::Gate;
use wgpu_activations::{Extent, Groups, Halves, Limits, Mask, Op, Reduction, Scale, Spec, Storage, wgsl};
use wgpu_activations::{loss, router};

/// One function of each kind, of which every combination is tried.
const WHOLE: [&str; 5] = ["relu", "prelu", "swiglu", "crelu", "softmax"];

/// Every function that has kernels.
fn every() -> Vec<Op> {
    let rows = loss::ALL.iter().chain(router::ALL).map(|&row| Op::from(row));
    Op::all().into_iter().chain(rows).collect()
}

/// The kernels of a function: each pass.
fn passes(of: Op) -> Vec<Spec> {
    let mut all = vec![Spec::forward(of), Spec::backward(of)];
    if let Op::Activation(a) = of {
        let sums = a.params.iter().filter(|p| p.trainable()).map(|p| Spec::param_gradient(a, p.name).unwrap());
        all.extend(sums.chain([Spec::backward_from_output(a)]));
        all.push(Spec::both(a));
        all.extend(Kinks::ALL.into_iter().filter(|&k| a.differs(k)).map(|k| Spec::backward(a).kinks(k)));
    }
    if WHOLE.contains(&of.name()) {
        let forward = Spec::forward(of);
        all.extend([forward.experts(3), Spec::backward(of).experts(3)]);
        all.extend([Groups::Rows, Groups::Of32].into_iter().flat_map(|groups| {
            let sums = Spec::backward(of).scale(Scale::Rows).scale_gradient();
            [
                sums,
                forward.quantized(groups),
                forward.dequantized(groups),
                forward.dequantized(groups).quantized(groups),
            ]
        }));
    }
    if let Op::RowFunction(row) = of
        && row.attention
    {
        let forward = Spec::forward(of);
        all.extend([forward.softcap(), forward.heads(3).sinks().slopes(), forward.mask(Mask::added()).softcap()]);
        let masks = [Mask::added(), Mask::bool()].map(|mask| [mask, mask.axes(true, false, true), mask.whole_rows()]);
        all.extend(masks.into_iter().flatten().map(|mask| forward.heads(3).mask(mask)));
        let backward = Spec::backward(of);
        all.extend([backward.softcap(), backward.heads(3).sink_gradient()]);
    }
    if let Op::RowFunction(row) = of
        && row.targets
    {
        let both = Spec::both(of);
        all.extend([both, both.in_place(), both.softcap(), Spec::forward(of).softcap().reduction(Reduction::Sum)]);
    }
    if let Op::RowFunction(row) = of
        && row.routes
    {
        all = vec![Spec::forward(of).top(2), Spec::forward(of).top(8).bias().renormalized()];
        all.extend([Spec::backward(of).top(2), Spec::backward(of).top(8).renormalized()]);
    }
    let halves = [Halves::Split, Halves::Interleaved];
    all.extend(all.clone().into_iter().flat_map(|spec| halves.map(|halves| spec.halves(halves))));
    all
}

/// The same with the value before its gate, values per channel, in place, and adding to their output: each alone, or all
/// combinations of these; and with neighbours.
fn layouts(plain: &[Spec], combined: bool) -> Vec<Spec> {
    let value_first = |spec: Spec| spec.halves(Halves::Split.value_first());
    let mut all = plain.to_vec();
    for layout in [value_first, Spec::per_channel, Spec::in_place, Spec::accumulate] {
        let before = if combined { all.clone() } else { plain.to_vec() };
        all.extend(before.into_iter().map(layout));
    }
    let around = |spec: Spec| spec.bias().scale(Scale::Rows);
    all.extend(plain.iter().copied().map(around));
    if combined {
        let sums = plain.iter().flat_map(|spec| {
            let sums = spec.bias().bias_gradient();
            [sums, sums.scale(Scale::Rows).scale_gradient()]
        });
        all.extend(sums.flat_map(|spec| [spec, spec.in_place(), spec.accumulate().per_channel()]));
        let single = [Spec::bias, Spec::residual, |spec: Spec| spec.scale(Scale::Tensor)];
        let beside = [Spec::per_channel, Spec::in_place, Spec::accumulate];
        all.extend(plain.iter().flat_map(|&spec| single.map(|with| with(spec))));
        all.extend(plain.iter().flat_map(|&spec| beside.map(|with| around(with(spec)).residual())));
        all.extend(plain.iter().flat_map(|&spec| beside.map(|with| around(with(spec)))));
    }
    all
}

/// Every function in every pass, storage and layout that there is a kernel of.
pub fn specs() -> Vec<Spec> {
    let all = every().into_iter().flat_map(|of| {
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
pub fn texts() -> &'static BTreeMap<String, String> {
    static TEXTS: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    TEXTS.get_or_init(|| {
        let listed = every();
        let made = activation::ALL.iter().map(|f| Op::from(Gate::of(f)));
        let subjects: Vec<Op> = listed.iter().copied().chain(made).collect();
        let of_each = on_all_cores(&subjects, |&of| texts_of(of, listed.iter().any(|s| s.name() == of.name())));
        let mut all = BTreeMap::new();
        let together = ("snippet of all".to_owned(), wgsl::snippet(&listed).to_string());
        for (what, text) in of_each.into_iter().flatten().chain([together]) {
            all.entry(text).or_insert(what);
        }
        all
    })
}

/// The texts of one function, which a catalogue lists or an activation makes.
fn texts_of(of: Op, listed: bool) -> Vec<(String, String)> {
    let whole = WHOLE.contains(&of.name());
    let mut all = vec![(format!("snippet {}", of.name()), wgsl::snippet(&[of]).to_string())];
    for storage in Storage::ALL {
        let plain = passes(of);
        let all_layouts = whole || storage == Storage::F32;
        for spec in if all_layouts { layouts(&plain, whole) } else { plain.clone() } {
            let spec = spec.storage(storage);
            if spec.check().is_err() {
                continue;
            }
            let what = format!("{} {} {storage}", of.name(), spec.pass());
            if whole || listed && plain.iter().any(|plain| plain.storage(storage) == spec) {
                let texts = spec.texts().unwrap().into_iter();
                all.extend(texts.map(|(variant, text)| (format!("{what} {variant}"), text)));
            } else {
                all.push((format!("{what} first"), spec.wgsl().unwrap()));
            }
            if whole {
                let launches = spec.plan(extent(), &Limits::default()).unwrap().all_storage().launches;
                // Every device binds eight storage buffers.
                let launches: Vec<_> = launches.into_iter().filter(|launch| launch.bindings.len() <= 8).collect();
                all.extend(launches.into_iter().map(|launch| (format!("{what} all storage"), launch.text)));
            }
        }
    }
    all
}
