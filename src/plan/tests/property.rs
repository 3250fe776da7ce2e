//! The planner against its promises for any kernel and tensors of any size: what is bound lies within the tensors and the
//! limits. What kernels do with it is gone through in `tests`, `pair_tests` and `row/tests`.

use super::numbers::Numbers;
use crate::error::Error;
use crate::function::Op;
use crate::plan::{Limits, Placement, Plan, Scale, Slot, Spec, Tuning};
use crate::tensor::{Extent, Halves, Pass, Storage};

fn limits(numbers: &mut Numbers<'_>) -> Limits {
    Limits {
        binding: 600 + numbers.of_any_size(40),
        alignment: numbers.pick(&[4, 16, 32, 256]),
        groups: numbers.pick(&[3, 16, 65_535]),
        buffers: numbers.pick(&[4, 8]),
        tuning: numbers.pick(&Tuning::ALL),
    }
}

/// Any spec; many are none.
fn spec(numbers: &mut Numbers<'_>) -> Option<Spec> {
    let of = numbers.pick(&Op::all());
    let spec = match (numbers.pick(&of.passes()), of) {
        (Pass::Forward, _) => Spec::forward(of),
        (Pass::Backward, _) => Spec::backward(of),
        (Pass::BackwardFromOutput, Op::Activation(a)) => Spec::backward_from_output(a),
        (Pass::ParamGradient(k), Op::Activation(a)) => Spec::param_gradient(a, a.params[k].name).ok()?,
        _ => return None,
    };
    let storages = [Storage::F32, Storage::F16, Storage::Bf16];
    let spec = spec.storages(numbers.pick(&storages), numbers.pick(&storages));
    let spec = if numbers.below(3) == 0 { spec.in_place() } else { spec };
    let spec = if numbers.below(3) == 0 { spec.per_channel() } else { spec };
    let spec = match numbers.below(3) {
        0 => spec.halves(Halves::Split),
        1 => spec.halves(Halves::Interleaved),
        _ => spec,
    };
    let around: [fn(Spec) -> Spec; 4] =
        [Spec::bias, Spec::bias_gradient, |spec| spec.scale(Scale::Rows), Spec::scale_gradient];
    let spec = around.into_iter().fold(spec, |spec, with| {
        let more = with(spec);
        if numbers.below(2) == 0 && more.check().is_ok() { more } else { spec }
    });
    spec.check().is_ok().then_some(spec)
}

/// Plans a call of any kind, and looks at what it binds; whether there was something to look at.
pub(super) fn plan_holds(numbers: &mut Numbers<'_>) -> bool {
    let limits = limits(numbers);
    let Some(spec) = spec(numbers) else { return false };
    let [outer, channels, inner] = [40, 30, 30].map(|bits| numbers.of_any_size(bits));
    let extent = Extent { outer, channels, inner };
    // No more than a few hundred windows.
    let window = limits.binding.min(limits.groups.pow(2) * 1024).min(1 << 31);
    let Some(len) = extent.len().filter(|&len| len <= window * 64) else { return false };
    // Numbers of buffers and of weights are looked at before anything is planned.
    if spec.keys(&limits).is_empty()
        || spec.per_channel && channels * spec.of.params().len() as u64 * 4 > limits.binding
        || spec.neighbours.bias && channels * 8 > limits.binding
    {
        return false;
    }
    let Ok(extent) = spec.shape(extent, len) else { return false };
    let masked = matches!(spec.of, Op::RowFunction(row) if row.masked) && spec.pass == Pass::Forward;
    let mask = if masked { extent.channels * extent.inner } else { 0 };
    // A single tensor shares its buffer with none.
    let aliased = numbers.below(2) == 0 && spec.tensors(extent, len, mask).len() > 1;
    let mut at = Placement { aliased, ..Placement::new(&limits) };
    for slot in [Slot::A, Slot::B, Slot::C, Slot::Out, Slot::Out2] {
        let offsets = [0, 256, numbers.of_any_size(40)];
        at.offsets[slot as usize] = numbers.pick(&offsets) * spec.stored(slot).bytes();
    }
    match spec.plan_at(extent, 0, len, mask, &at) {
        Ok(plan) => check(&spec, extent, len, mask, &at, &plan),
        Err(Error::TooLarge { what, size, limit, .. }) => {
            assert!(size > limit, "{what}: {size} is within {limit}, {spec:?} {extent:?} {at:?}");
        }
        Err(Error::Extent { .. }) => return false,
        Err(error) => panic!("{spec:?} {extent:?} {at:?}: {error}"),
    }
    true
}

fn check(spec: &Spec, extent: Extent, len: u64, mask: u64, at: &Placement<'_>, plan: &Plan) {
    let limits = at.limits;
    let tensors = spec.tensors(extent, len, mask);
    let keys = spec.keys(limits);
    for dispatch in &plan.dispatches {
        let what = format!("{spec:?} {extent:?} {at:?} {dispatch:?}");
        assert!(keys.contains(&dispatch.key), "not among the kernels that are tested: {what}");
        assert!(dispatch.groups.iter().all(|&g| g > 0 && u64::from(g) <= limits.groups), "too wide: {what}");
        let bound = spec.slots(dispatch.key).iter().filter(|slot| !slot.uniform()).count();
        assert!(bound as u64 <= limits.buffers, "too many buffers: {what}");
        for range in &dispatch.ranges {
            assert!(range.offset.is_multiple_of(limits.alignment), "{range:?} is off an alignment: {what}");
            assert!(range.size > 0 && range.size.is_multiple_of(4), "{range:?} has no words: {what}");
            assert!(range.size <= limits.binding, "{range:?} is too long: {what}");
            assert!(range.at <= range.size, "{range:?} begins behind itself: {what}");
            let access = spec.smallest(range.binding, dispatch.key);
            assert!(range.size >= access, "{range:?}: {what}");
            let from = range.from as usize;
            let end = match (range.from, tensors.iter().find(|t| t.slot == range.from)) {
                (Slot::Scratch, _) => plan.scratch,
                (Slot::State | Slot::States, _) => plan.states,
                (slot, Some(tensor)) => at.offsets[from] + spec.stored(slot).bytes() * tensor.len,
                (slot, None) => panic!("{slot:?} is no tensor: {what}"),
            };
            // An odd tensor of 16 bits shares a word with its neighbour.
            assert!(range.offset + range.size <= end.next_multiple_of(4), "{range:?} ends behind {end}: {what}");
        }
    }
}

#[test]
fn any_plan_stays_within_tensors_and_limits() {
    let mut numbers = Numbers::seeded(6);
    let planned = (0..90_000).filter(|_| plan_holds(&mut numbers)).count();
    assert!(planned > 2000, "{planned} plans");
}
