//! Gradients and values that are added to what is there.

use wgpu_activations::{Error, Op, Pass, Spec, Storage, activation, gate, row};

use super::cases::{BACKWARD, Case, Role, elementwise, gates, rows};
use super::place::apart;
use crate::common::cases::passes;
use crate::common::rig::Rig;
use crate::common::words::value_of;

/// Runs a case with and without, and compares with the sum; where a compiler fuses product and sum a last digit may differ.
#[track_caller]
fn assert_adds(rig: &Rig, case: Case, [input, output]: [Storage; 2]) {
    let plain = apart(rig, &Case { tensors: case.tensors.clone(), ..case }, [input, Storage::F32]);
    let spec = case.spec.accumulate();
    let added = apart(rig, &Case { spec, tensors: case.tensors.clone(), ..case }, [input, output]);
    let (mut sums, mut steps) = (0, true);
    for (k, &(role, len)) in case.tensors.iter().enumerate() {
        let stored = match role {
            Role::Written => output,
            Role::FloatOut => Storage::F32,
            _ => continue,
        };
        // One unit of the last digit kept.
        let ulp = [f32::EPSILON, 2f32.powi(-10), 2f32.powi(-7)][stored as usize];
        for i in 0..len {
            let (dx, old) = (f32::from_bits(plain.after[k][i]), value_of(stored, added.before[k][i]));
            let got = value_of(stored, added.after[k][i]);
            let (sum, error) = (old + dx, (got - (old + dx)).abs());
            // At a pole it is infinite, and where there is no gradient there is no sum.
            let special = got == sum || dx.is_nan() && got.is_nan();
            assert!(special || error <= ulp * sum.abs().max(1e-3), "{spec:?} {i}: {old} + {dx} gives {got}");
            sums += usize::from(got != old && got != dx && !got.is_nan());
            steps &= dx == 0.0;
        }
    }
    assert!(sums > 0 || steps, "{spec:?} added nothing");
}

#[test]
fn gradients_and_values_are_added() {
    let Some(rig) = Rig::webgpu() else { return };
    let kinds = || elementwise(1003).into_iter().chain(gates(1002, 501)).chain(gates(2000, 4)).chain(rows([7, 12, 1]));
    for storages in [[Storage::F32; 2], [Storage::F16; 2], [Storage::F32, Storage::Bf16]] {
        let plain = |case: &Case| case.spec != case.spec.accumulate();
        let adds = |case: &Case| plain(case) && case.spec.accumulate().check().is_ok();
        kinds().filter(adds).for_each(|case| assert_adds(&rig, case, storages));
    }
}

/// Every function that has a gradient.
#[test]
fn every_gradient_is_added() {
    let Some(rig) = Rig::webgpu() else { return };
    let mut count = 0;
    for f in activation::ALL.iter().flat_map(|a| passes(a)).filter(|(_, pass)| *pass == Pass::Backward) {
        let tensors = vec![(Role::Read, 500), (Role::Read, 500), (Role::Written, 500)];
        let spec = Spec::backward(f.0.op()).kinks(f.0.choice());
        assert_adds(
            &rig,
            Case { spec, extent: 500.into(), tensors, buffers: BACKWARD, params: None },
            [Storage::F32; 2],
        );
        count += 1;
    }
    assert!(count > 80, "{count} gradients");
}

#[test]
fn a_nan_stays_one() {
    let Some(rig) = Rig::webgpu() else { return };
    for storage in Storage::ALL {
        let nan = crate::common::words::bits_of(storage, f32::NAN);
        let one = crate::common::words::bits_of(storage, 1.0);
        let spec = Spec::backward(&activation::RELU).accumulate().storage(storage);
        let words = |bits: &[u32]| crate::common::words::upload(&rig, &crate::common::words::pack(storage, bits));
        let (x, dy, dx) = (words(&[one; 4]), words(&[one, nan, one, one]), words(&[nan, one, one, one]));
        let buffers = BACKWARD(&[x.slice(..), dy.slice(..), dx.slice(..)]);
        rig.run(&[&rig.kernels.get(spec).unwrap().bind(buffers, 4).unwrap()]);
        let got: Vec<f32> =
            crate::common::words::unpack(storage, &rig.words(&dx), 4).iter().map(|&b| value_of(storage, b)).collect();
        assert!(got[0].is_nan() && got[1].is_nan() && got[2..] == [2.0, 2.0], "{storage}: {got:?}");
    }
}

#[test]
fn values_of_rows_do_not_accumulate_nor_does_anything_in_place() {
    let refused = |spec: Spec| matches!(spec.accumulate().check(), Err(Error::NoKernel { .. }));
    for (subject, rows) in [
        (Op::from(&activation::RELU), false),
        (gate::ALL[0].into(), false),
        (row::ALL[0].into(), true),
        ((&gate::CRELU).into(), true),
    ] {
        assert_eq!(refused(Spec::forward(subject)), rows, "{}", subject.name());
        assert!(Spec::backward(subject).accumulate().check().is_ok(), "{}", subject.name());
    }
    for pass in [Spec::forward(&activation::RELU), Spec::backward(&activation::RELU)] {
        assert!(refused(pass.in_place()));
    }
}
