//! Row-wise functions through buffers, between canaries and beside the reference.

use wgpu_activations::row::Gradient;
use wgpu_activations::{Bound, Buffers, Extent, Pass, Result, Spec, With, reference};
use wgpu_activations_harness::check;

use super::Noise;
use super::cage::Cage;
use super::kinds::row_of;
use super::rig::{Rig, bits};
use super::roles::of_rows;

/// A call and all that is needed to judge it.
pub struct Case {
    pub function: With<'static>,
    pub pass: Pass,
    pub extent: Extent,
    /// Outer indices after which the mask repeats, if there is one.
    pub repeat: u64,
}

/// A case on its device, ready to be recorded.
pub struct Ready {
    case: Case,
    /// x or y, then the mask or dy.
    tensors: [Vec<f32>; 2],
    cages: [Cage; 2],
    out: Cage,
    pub bound: Bound,
}

/// How many elements the output has.
pub fn out_len(f: &With<'_>, pass: Pass, extent: Extent) -> usize {
    let channels = if row_of(f).reduces && pass == Pass::Forward { 1 } else { extent.channels };
    (extent.outer * channels * extent.inner) as usize
}

impl Case {
    /// Makes tensors and binds.
    pub fn bind(self, rig: &Rig) -> Result<Ready> {
        let (row, extent, forward) = (row_of(&self.function), self.extent, self.pass == Pass::Forward);
        let len = extent.len().expect("a small tensor") as usize;
        let mut noise = Noise(len as u32 + extent.outer as u32);
        let mut a = noise.vec(len, 5.0);
        // Ties, and every sixteenth element hidden.
        a.iter_mut().step_by(3).for_each(|v| *v = v.round());
        let masked = if row.masked { (len as u64 / extent.outer * self.repeat) as usize } else { 0 };
        let mut mask = noise.vec(masked, 3.0);
        mask.iter_mut().skip(1).step_by(16).for_each(|v| *v = f32::NEG_INFINITY);
        let with = if row.masked { self.function.clone().mask(&mask) } else { self.function.clone() };
        let dy = noise.vec(out_len(&self.function, Pass::Forward, extent), 1.0);
        if !forward && row.gradient == Gradient::Output {
            a = reference::forward(with.clone().along(extent), &a)?.into_iter().map(|v| v as f32).collect();
        }
        let tensors = [a, if forward { mask } else { dy }];
        let cages = tensors.each_ref().map(|values| Cage::new(rig, values));
        let out = Cage::room(rig, out_len(&self.function, self.pass, extent));
        let [a, b] = cages.each_ref().map(Cage::slice);
        let buffers = match self.pass {
            Pass::Forward if row.masked => Buffers::new().x(a).mask(b).y(out.slice()),
            Pass::Forward => Buffers::forward(a, out.slice()),
            _ => of_rows(row, a, b, out.slice()),
        };
        let bound = rig.kernels.get(Spec::of(&self.function, self.pass))?.bind(buffers, extent)?;
        bound.set_params(&rig.queue, self.function.params())?;
        Ok(Ready { case: self, tensors, cages, out, bound })
    }
}

impl Ready {
    /// Looks at the canaries and at every element, and returns the result.
    pub fn check(&self, rig: &Rig, what: &str) -> Vec<f32> {
        let Case { function, pass, extent, .. } = &self.case;
        let what = format!("{} {pass} {:?} {extent:?}, {what}", function.op().name(), function.params());
        let got = self.out.open(rig, &what);
        for (cage, values) in self.cages.iter().zip(&self.tensors) {
            assert_eq!(bits(&cage.open(rig, &what)), bits(values), "{what}: an input");
        }
        let [a, b] = &self.tensors;
        let masked = row_of(function).masked && *pass == Pass::Forward;
        let f = if masked { function.clone().mask(b) } else { function.clone() };
        let dy = if *pass == Pass::Forward { &[][..] } else { b };
        let (error, at) = check::row_error(&f.clone().along(*extent), a, dy, &got).expect("it fits");
        let bounds = &row_of(function).bounds;
        let bound = if *pass == Pass::Forward { bounds.forward } else { bounds.backward };
        assert!(error <= bound, "{what}: {error} ULP at {at:e}, {} dispatches", self.bound.dispatches());
        got
    }
}

/// Binds, runs and checks some cases, all in one pass, and twice: the second time gives the same bits.
pub fn run(rig: &Rig, cases: impl Iterator<Item = Case>, what: &str) {
    run_bound(rig, &cases.map(|case| case.bind(rig).expect("it binds")).collect::<Vec<_>>(), what);
}

/// The same of cases that are bound.
pub fn run_bound(rig: &Rig, ready: &[Ready], what: &str) {
    let bound: Vec<&Bound> = ready.iter().map(|r| &r.bound).collect();
    rig.run(&bound);
    let once: Vec<Vec<f32>> = ready.iter().map(|r| r.check(rig, what)).collect();
    rig.run(&bound);
    for (ready, once) in ready.iter().zip(once) {
        assert_eq!(bits(&ready.out.open(rig, what)), bits(&once), "{}: other bits", ready.case.function.op().name());
    }
}
