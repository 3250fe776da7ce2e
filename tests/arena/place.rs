//! One buffer with all tensors of a call, and what it must hold afterwards, to the last bit.

use wgpu_activations::wgpu::BufferSlice;
use wgpu_activations::{Extent, Storage};

use super::cases::{Case, Role};
use super::common::Noise;
use super::common::rig::Rig;
use super::words::{bits_of, pack, unpack, upload};

/// A number that no kernel makes: a NaN as f32, as f16 and as bf16.
const CANARY: u32 = 0x7fad_7fad;

/// The bits of a call's tensors, before and after it.
pub(super) struct Tensors {
    pub(super) before: Vec<Vec<u32>>,
    pub(super) after: Vec<Vec<u32>>,
}

fn stored(role: Role, [input, output]: [Storage; 2]) -> Storage {
    match role {
        Role::Read => input,
        Role::Written | Role::InPlace => output,
        Role::Float | Role::FloatOut => Storage::F32,
    }
}

/// Values of few digits: what kernels make of them is exact, but for exponentials.
fn values(case: &Case, storages: [Storage; 2]) -> Vec<Vec<u32>> {
    let mut noise = Noise(case.tensors.iter().map(|t| t.1 as u32).sum::<u32>() + 1);
    let tensor = |&(role, len): &(Role, usize)| {
        let of = |v: f32| bits_of(stored(role, storages), (v * 16.0).round() / 16.0);
        noise.vec(len, 6.0).into_iter().map(of).collect()
    };
    case.tensors.iter().map(tensor).collect()
}

/// Runs the case on buffers of their own.
pub(super) fn apart(rig: &Rig, case: &Case, storages: [Storage; 2]) -> Tensors {
    let before = values(case, storages);
    let tensors = || case.tensors.iter().zip(&before).map(|(&(role, _), bits)| (stored(role, storages), bits));
    let buffers: Vec<_> =
        tensors().map(|(storage, bits)| upload(rig, &[pack(storage, bits), vec![0]].concat())).collect();
    let slices: Vec<_> = tensors()
        .zip(&buffers)
        .map(|((storage, bits), buffer)| buffer.slice(..bits.len() as u64 * storage.bytes()))
        .collect();
    run(rig, case, storages, &slices);
    let after =
        tensors().zip(&buffers).map(|((storage, bits), b)| unpack(storage, &rig.words(b), bits.len())).collect();
    Tensors { before, after }
}

fn run(rig: &Rig, case: &Case, [input, output]: [Storage; 2], slices: &[BufferSlice<'_>]) {
    let kernel = rig.kernels.get(case.spec.storages(input, output)).unwrap();
    let bound = kernel.bind((case.buffers)(slices), case.extent).unwrap();
    if let Some(values) = case.params {
        bound.set_params(&rig.queue, values).unwrap();
    }
    rig.run(&[&bound]);
}

/// Halves of words with a tensor at some byte.
fn put(image: &mut [u16], byte: u64, storage: Storage, bits: &[u32]) {
    let halves: Vec<u16> = match storage {
        Storage::F32 => bits.iter().flat_map(|b| [*b as u16, (b >> 16) as u16]).collect(),
        _ => bits.iter().map(|b| *b as u16).collect(),
    };
    let start = byte as usize / 2;
    image[start..start + halves.len()].copy_from_slice(&halves);
}

/// Runs a case in one buffer, its tensors in any order with small gaps or none, and compares all of the buffer.
pub(super) fn assert_anywhere(rig: &Rig, case: &Case, storages: [Storage; 2], times: u32) {
    if storages[0] != storages[1] && case.tensors.iter().any(|t| t.0 == Role::InPlace) {
        return;
    }
    let whole = apart(rig, case, storages);
    for time in 0..times {
        let mut random = Noise(time * 77 + case.tensors.len() as u32);
        let mut order: Vec<usize> = (0..case.tensors.len()).collect();
        (1..order.len()).for_each(|k| order.swap(k, random.below(k as u32 + 1) as usize));
        let mut end = u64::from(random.below(150)) * 2;
        let mut places = vec![(0, 0); order.len()];
        for k in order {
            let bytes = stored(case.tensors[k].0, storages).bytes();
            let start = (end + u64::from(random.below(3)) * 2 * u64::from(random.below(9))).next_multiple_of(bytes);
            end = start + bytes * case.tensors[k].1 as u64;
            places[k] = (start, end);
        }
        let mut image = vec![CANARY as u16; (end / 2 + 40).next_multiple_of(2) as usize];
        let fill = |image: &mut [u16], all: &[Vec<u32>]| {
            let tensors = case.tensors.iter().zip(&places).zip(all);
            tensors.for_each(|((t, place), bits)| put(image, place.0, stored(t.0, storages), bits));
        };
        fill(&mut image, &whole.before);
        let words: Vec<u32> = image.chunks(2).map(|h| u32::from(h[0]) | u32::from(h[1]) << 16).collect();
        let arena = upload(rig, &words);
        run(rig, case, storages, &places.iter().map(|&(start, end)| arena.slice(start..end)).collect::<Vec<_>>());
        fill(&mut image, &whole.after);
        let got: Vec<u16> = rig.words(&arena).iter().flat_map(|w| [*w as u16, (*w >> 16) as u16]).collect();
        let wrong = got.iter().zip(&image).position(|(g, w)| g != w);
        let Some(at) = wrong else { continue };
        let Extent { outer, channels, inner } = case.extent;
        panic!(
            "{:?} of [{outer}, {channels}, {inner}], {storages:?}, tensors at {places:?}: byte {} holds {:04x}, not {:04x}",
            case.spec,
            at * 2,
            got[at],
            image[at]
        );
    }
}
