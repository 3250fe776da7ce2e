//! Elementwise functions: every pass, in place and per channel where there is such a kernel, in wide and narrow kernels.

use wgpu_activations::activation::{ALL, Activation};
use wgpu_activations::wgpu::Buffer;
use wgpu_activations::{Bound, Buffers, Extent, Pass, Spec};
use wgpu_activations_harness::check::ulps;

use super::devices;
use crate::common::Noise;
use crate::common::rig::{Rig, assert_sums, bits};
use crate::common::roles::of_pass;

/// Elements, not a multiple of four, and channels of them.
const EXTENT: Extent = Extent { outer: 19, channels: 3, inner: 5 };
const LEN: usize = 285;

/// A pass of a function on a device: the result apart, in place and per channel must be the same bits.
struct Run {
    pass: Pass,
    apart: Buffer,
    replaced: Buffer,
    per_channel: Buffer,
    bound: Vec<Bound>,
}

/// x and dy: powers of two, by which a gradient is multiplied without another rounding.
fn tensors(a: &Activation) -> [Vec<f32>; 2] {
    let dy = [1.0, -2.0, 0.5, 4.0].into_iter().cycle().take(LEN).collect();
    [Noise(a.name.len() as u32).vec(LEN, 6.0), dy]
}

impl Run {
    fn map(rig: &Rig, a: &'static Activation, pass: Pass, x: &[f32], dy: &[f32]) -> Self {
        let (x_, dy_) = (rig.upload(x), rig.upload(dy));
        let (apart, per_channel) = (rig.room(LEN), rig.room(LEN));
        let replaced = rig.upload(if pass == Pass::Forward { x } else { dy });
        let [xs, dys, to, wide, replace] = [&x_, &dy_, &apart, &per_channel, &replaced].map(|buffer| buffer.slice(..));
        let spec = match pass {
            Pass::Forward => Spec::forward(a),
            Pass::Backward => Spec::backward(a),
            _ => Spec::backward_from_output(a),
        };
        let (plain, in_place, channels) = match pass {
            Pass::Forward => (Buffers::forward(xs, to), Buffers::new().x(replace), Buffers::forward(xs, wide)),
            _ => (
                of_pass(pass, xs, dys, to),
                if pass == Pass::Backward {
                    Buffers::new().x(xs).dy(replace)
                } else {
                    Buffers::new().y(xs).dy(replace)
                },
                of_pass(pass, xs, dys, wide),
            ),
        };
        let get = |spec: Spec| rig.kernels.get(spec).unwrap_or_else(|error| panic!("{spec:?}: {error}"));
        let mut bound = vec![get(spec).bind(plain, LEN).unwrap(), get(spec.in_place()).bind(in_place, LEN).unwrap()];
        if !a.params.is_empty() {
            let values: Vec<f32> = a.params.iter().flat_map(|p| vec![p.default as f32; 3]).collect();
            let weights = rig.upload(&values);
            let buffers = channels.weights(weights.slice(..));
            bound.push(get(spec.per_channel()).bind(buffers, EXTENT).unwrap());
        }
        Self { pass, apart, replaced, per_channel, bound }
    }

    fn check(&self, rig: &Rig, a: &'static Activation, x: &[f32], dy: &[f32], what: &str) {
        let got = rig.download(&self.apart);
        let params: Vec<f64> = a.params.iter().map(|p| f64::from(p.default as f32)).collect();
        for (i, (&x, &dy)) in x.iter().zip(dy).enumerate() {
            let v = f64::from(x);
            let expected = match self.pass {
                Pass::Forward => (a.value)(v, &params),
                Pass::Backward => (a.dx)(v, &params),
                _ => a.dx_from_y.expect("it has this pass")(v, &params),
            };
            let got = if self.pass == Pass::Forward { got[i] } else { got[i] / dy };
            let error = ulps(got, expected, a.largest_term(self.pass, v, &params));
            assert!(error <= a.bound(self.pass), "{what}: {error} ULP at {x:e}: {got:e}, not {expected:e}");
        }
        assert_eq!(bits(&rig.download(&self.replaced)), rig.words(&self.apart), "{what} in place");
        if self.bound.len() > 2 {
            assert_eq!(rig.words(&self.per_channel), rig.words(&self.apart), "{what} per channel");
        }
    }
}

#[test]
fn every_pass_of_every_function() {
    for (device, rig) in devices() {
        for a in ALL {
            let [x, dy] = tensors(a);
            let maps = a.passes().into_iter().filter(|pass| !matches!(pass, Pass::ParamGradient(_)));
            for pass in maps {
                let mut input = x.clone();
                if pass == Pass::BackwardFromOutput {
                    // Outputs are what this pass takes.
                    let params: Vec<f64> = a.params.iter().map(|p| f64::from(p.default as f32)).collect();
                    input.iter_mut().for_each(|v| *v = (a.value)(f64::from(*v), &params) as f32);
                }
                let run = Run::map(&rig, a, pass, &input, &dy);
                rig.run(&run.bound.iter().collect::<Vec<_>>());
                run.check(&rig, a, &input, &dy, &format!("{} {pass}, {device}", a.name));
            }
        }
    }
}

#[test]
fn every_sum_of_every_function() {
    for (device, rig) in devices() {
        for a in ALL {
            let [x, dy] = tensors(a);
            let (x_, dy_) = (rig.upload(&x), rig.upload(&dy));
            let values: Vec<f32> = a.params.iter().flat_map(|p| vec![p.default as f32; 3]).collect();
            let weights = rig.upload(&values);
            for param in a.params.iter().filter(|p| p.trainable()) {
                let spec = Spec::param_gradient(a, param.name).unwrap();
                let (one, three) = (rig.room(1), rig.room(3));
                let buffers = |out| of_pass(spec.pass(), x_.slice(..), dy_.slice(..), out);
                let whole = rig.kernels.get(spec).unwrap().bind(buffers(one.slice(..)), LEN).unwrap();
                let wide = buffers(three.slice(..)).weights(weights.slice(..));
                let channels = rig.kernels.get(spec.per_channel()).unwrap().bind(wide, EXTENT).unwrap();
                rig.run(&[&whole, &channels]);
                let what = format!("{} {}, {device}", a.name, param.name);
                let (f, per_channel) = (a.function(), a.function().per_channel(&values, EXTENT));
                // A sum of 285 terms, each within the bound.
                let tolerance = (a.bound(spec.pass()) + 1.0) * 1.2e-7;
                assert_sums(&what, &rig.download(&one), &f, param.name, &x, &dy, tolerance);
                assert_sums(&what, &rig.download(&three), &per_channel, param.name, &x, &dy, tolerance);
            }
        }
    }
}
