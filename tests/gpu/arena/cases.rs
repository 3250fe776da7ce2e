//! Calls of every kind of kernel.

use wgpu_activations::Gate;
use wgpu_activations::activation::{LEAKY_RELU, PRELU};
use wgpu_activations::gate::CRELU;
use wgpu_activations::row::{HARDMAX, MASKED_SOFTMAX, MAXOUT, SOFTMAX, SPARSEMAX};
use wgpu_activations::wgpu::BufferSlice;
use wgpu_activations::{Buffers, Extent, Halves, Spec};

/// What happens to a tensor; the last two are `f32` in any case.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Role {
    Read,
    Written,
    InPlace,
    Float,
    FloatOut,
}

use Role::{Float, FloatOut, InPlace, Read, Written};

/// A call, with its tensors in the order in which `buffers` takes them.
pub(super) struct Case {
    pub(super) spec: Spec,
    pub(super) extent: Extent,
    pub(super) tensors: Vec<(Role, usize)>,
    pub(super) buffers: for<'a> fn(&[BufferSlice<'a>]) -> Buffers<'a>,
    pub(super) params: Option<&'static [f32]>,
}

type Make = for<'a> fn(&[BufferSlice<'a>]) -> Buffers<'a>;

fn case(spec: Spec, extent: Extent, tensors: &[(Role, usize)], buffers: Make) -> Case {
    Case { spec, extent, tensors: tensors.to_vec(), buffers, params: None }
}

pub(super) const FORWARD: Make = |t| Buffers::forward(t[0], t[1]);
pub(super) const BACKWARD: Make = |t| Buffers::new().x(t[0]).dy(t[1]).dx(t[2]);
pub(super) const FROM_Y: Make = |t| Buffers::new().y(t[0]).dy(t[1]).dx(t[2]);
const SUMS: Make = |t| Buffers::new().x(t[0]).dy(t[1]).sums(t[2]);
const GATE_BACKWARD: Make = |t| Buffers::new().a(t[0]).b(t[1]).dy(t[2]).da(t[3]).db(t[4]);

pub(super) fn elementwise(len: usize) -> Vec<Case> {
    let channels = (1..=7).rev().find(|c| len.is_multiple_of(*c)).unwrap_or(1);
    let extent = Extent { outer: 1, channels: channels as u64, inner: (len / channels) as u64 };
    let (forward, backward) = (Spec::forward(&LEAKY_RELU), Spec::backward(&LEAKY_RELU));
    let sum = Spec::param_gradient(&PRELU, "weight").unwrap();
    let x = (Read, len);
    let slope = |case: Case| Case { params: Some(&[0.25]), ..case };
    vec![
        slope(case(forward, extent, &[x, (Written, len)], FORWARD)),
        slope(case(forward.in_place(), extent, &[(InPlace, len)], |t| Buffers::new().x(t[0]))),
        slope(case(backward, extent, &[x, x, (Written, len)], BACKWARD)),
        slope(case(backward.in_place(), extent, &[x, (InPlace, len)], |t| Buffers::new().x(t[0]).dy(t[1]))),
        slope(case(backward.accumulate(), extent, &[x, x, (Written, len)], BACKWARD)),
        case(Spec::forward(&PRELU).per_channel(), extent, &[x, (Written, len), (Float, channels)], |t| {
            Buffers::forward(t[0], t[1]).weights(t[2])
        }),
        case(sum, extent, &[x, x, (FloatOut, 1)], SUMS),
        case(sum.accumulate(), extent, &[x, x, (FloatOut, 1)], SUMS),
        case(sum.per_channel().accumulate(), extent, &[x, x, (FloatOut, channels), (Float, channels)], |t| {
            Buffers::new().x(t[0]).dy(t[1]).sums(t[2]).weights(t[3])
        }),
    ]
}

/// Gates on tensors of `len`, and on halves of it in blocks.
pub(super) fn gates(len: usize, block: usize) -> Vec<Case> {
    let reglu = Gate::find("reglu").unwrap();
    let (forward, backward) = (Spec::forward(reglu), Spec::backward(reglu));
    let line = Extent::from(len);
    let (a, out, half) = ((Read, len), (Written, len), len / 2);
    let split = Extent { outer: (half / block) as u64, channels: 2, inner: block as u64 };
    let in_turn = Extent { outer: 1, channels: len as u64, inner: 1 };
    let mut all = vec![
        case(forward, line, &[a, a, out], |t| Buffers::new().a(t[0]).b(t[1]).y(t[2])),
        case(forward.in_place(), line, &[a, (InPlace, len)], |t| Buffers::new().a(t[0]).b(t[1])),
        case(backward, line, &[a, a, a, out, out], GATE_BACKWARD),
        case(backward.accumulate(), line, &[a, a, a, out, out], GATE_BACKWARD),
        case(backward.in_place(), line, &[(InPlace, len), (InPlace, len), a], |t| {
            Buffers::new().a(t[0]).b(t[1]).dy(t[2])
        }),
        case(Spec::forward(&CRELU), line, &[a, (Written, 2 * len)], FORWARD),
        case(Spec::backward(&CRELU), line, &[a, (Read, 2 * len), out], BACKWARD),
        case(Spec::backward(&CRELU).accumulate(), line, &[a, (Read, 2 * len), out], BACKWARD),
    ];
    if half.is_multiple_of(block) {
        for (halves, extent) in [(Halves::Split, split), (Halves::Interleaved, in_turn)] {
            let (forward, backward) = (forward.halves(halves), backward.halves(halves));
            all.push(case(forward, extent, &[a, (Written, half)], FORWARD));
            all.push(case(backward, extent, &[a, (Read, half), out], BACKWARD));
            all.push(case(backward.accumulate(), extent, &[a, (Read, half), out], BACKWARD));
        }
    }
    all
}

pub(super) fn rows([outer, channels, inner]: [u64; 3]) -> Vec<Case> {
    let extent = Extent { outer, channels, inner };
    let (len, result) = ((outer * channels * inner) as usize, (outer * inner) as usize);
    let (x, y) = ((Read, len), (Written, len));
    let soft = Spec::backward(&SOFTMAX);
    vec![
        case(Spec::forward(&SOFTMAX), extent, &[x, y], FORWARD),
        case(soft, extent, &[x, x, y], FROM_Y),
        case(soft.accumulate(), extent, &[x, x, y], FROM_Y),
        case(Spec::forward(&HARDMAX), extent, &[x, y], FORWARD),
        case(Spec::forward(&SPARSEMAX), extent, &[x, y], FORWARD),
        case(Spec::forward(&MAXOUT), extent, &[x, (Written, result)], FORWARD),
        case(Spec::backward(&MAXOUT), extent, &[x, (Read, result), y], BACKWARD),
        case(Spec::forward(&MASKED_SOFTMAX), extent, &[x, (Read, len / outer as usize), y], |t| {
            Buffers::new().x(t[0]).mask(t[1]).y(t[2])
        }),
    ]
}

/// Rows that several workgroups share.
pub(super) fn long_rows(length: usize) -> Vec<Case> {
    let extent = Extent { outer: 1, channels: length as u64, inner: 1 };
    let (x, y) = ((Read, length), (Written, length));
    vec![
        case(Spec::forward(&SOFTMAX), extent, &[x, y], FORWARD),
        case(Spec::backward(&SOFTMAX).accumulate(), extent, &[x, x, y], FROM_Y),
        case(Spec::forward(&HARDMAX), extent, &[x, y], FORWARD),
        case(Spec::forward(&MASKED_SOFTMAX), extent, &[x, x, y], |t| Buffers::new().x(t[0]).mask(t[1]).y(t[2])),
    ]
}
