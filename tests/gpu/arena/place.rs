//! One buffer with all tensors of a call, and what it must hold afterwards, to the last bit.

use wgpu_activations::wgpu::{Buffer, BufferSlice};
use wgpu_activations::{Extent, Storage};

use super::cases::{Case, Role};
use crate::common::Noise;
use crate::common::rig::Rig;
use crate::common::words::{bits_of, pack, unpack, upload};

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

/// One buffer with the tensors of some cases in any order, with small gaps or none, between canaries.
struct Arena {
    image: Vec<u16>,
    /// The bytes of each tensor of each case.
    places: Vec<Vec<(u64, u64)>>,
}

fn arena(cases: &[&Case], storages: [Storage; 2], random: &mut Noise) -> Arena {
    let mut places: Vec<Vec<_>> = cases.iter().map(|case| vec![(0, 0); case.tensors.len()]).collect();
    let mut order: Vec<(usize, usize)> =
        cases.iter().enumerate().flat_map(|(k, case)| (0..case.tensors.len()).map(move |t| (k, t))).collect();
    (1..order.len()).for_each(|k| order.swap(k, random.below(k as u32 + 1) as usize));
    let mut end = u64::from(random.below(150)) * 2;
    for (k, t) in order {
        let (role, len) = cases[k].tensors[t];
        let bytes = stored(role, storages).bytes();
        let start = (end + u64::from(random.below(3)) * 2 * u64::from(random.below(9))).next_multiple_of(bytes);
        end = start + bytes * len as u64;
        places[k][t] = (start, end);
    }
    Arena { image: vec![CANARY as u16; (end / 2 + 40).next_multiple_of(2) as usize], places }
}

impl Arena {
    fn fill(&mut self, k: usize, case: &Case, storages: [Storage; 2], all: &[Vec<u32>]) {
        for ((tensor, place), bits) in case.tensors.iter().zip(&self.places[k]).zip(all) {
            put(&mut self.image, place.0, stored(tensor.0, storages), bits);
        }
    }

    fn upload(&self, rig: &Rig) -> Buffer {
        let words: Vec<u32> = self.image.chunks(2).map(|h| u32::from(h[0]) | u32::from(h[1]) << 16).collect();
        upload(rig, &words)
    }

    fn slices<'a>(&self, k: usize, buffer: &'a Buffer) -> Vec<BufferSlice<'a>> {
        self.places[k].iter().map(|&(start, end)| buffer.slice(start..end)).collect()
    }

    /// Fails where the buffer differs from the image.
    #[track_caller]
    fn compare(&self, rig: &Rig, buffer: &Buffer, what: &str) {
        let got: Vec<u16> = rig.words(buffer).iter().flat_map(|w| [*w as u16, (*w >> 16) as u16]).collect();
        if let Some(at) = got.iter().zip(&self.image).position(|(g, w)| g != w) {
            let (place, got, wanted) = (at * 2, got[at], self.image[at]);
            panic!("{what}, tensors at {:?}: byte {place} holds {got:04x}, not {wanted:04x}", self.places);
        }
    }
}

fn skips(case: &Case, storages: [Storage; 2]) -> bool {
    storages[0] != storages[1] && case.tensors.iter().any(|t| t.0 == Role::InPlace)
}

/// Runs a case in one buffer and compares all of it.
pub(super) fn assert_anywhere(rig: &Rig, case: &Case, storages: [Storage; 2], times: u32) {
    if skips(case, storages) {
        return;
    }
    let whole = apart(rig, case, storages);
    for time in 0..times {
        let mut arena = arena(&[case], storages, &mut Noise(time * 77 + case.tensors.len() as u32));
        arena.fill(0, case, storages, &whole.before);
        let buffer = arena.upload(rig);
        run(rig, case, storages, &arena.slices(0, &buffer));
        arena.fill(0, case, storages, &whole.after);
        let Extent { outer, channels, inner } = case.extent;
        arena.compare(rig, &buffer, &format!("{:?} of [{outer}, {channels}, {inner}], {storages:?}", case.spec));
    }
}

/// The same for calls of one kind together; the number of dispatches.
pub(super) fn assert_together(rig: &Rig, list: &[Case], storages: [Storage; 2]) -> usize {
    if skips(&list[0], storages) {
        return 0;
    }
    let all: Vec<Tensors> = list.iter().map(|case| apart(rig, case, storages)).collect();
    let mut arena = arena(&list.iter().collect::<Vec<_>>(), storages, &mut Noise(list.len() as u32));
    let fill = |arena: &mut Arena, of: fn(&Tensors) -> &Vec<Vec<u32>>| {
        list.iter().zip(&all).enumerate().for_each(|(k, (case, t))| arena.fill(k, case, storages, of(t)));
    };
    fill(&mut arena, |t| &t.before);
    let buffer = arena.upload(rig);
    let call = |(k, case): (usize, &Case)| ((case.buffers)(&arena.slices(k, &buffer)), case.extent);
    let calls: Vec<_> = list.iter().enumerate().map(call).collect();
    let spec = list[0].spec.storages(storages[0], storages[1]);
    let bound = rig.kernels.get(spec).unwrap().bind_many(&calls).unwrap();
    if let Some(values) = list[0].params {
        bound.set_params(&rig.queue, values).unwrap();
    }
    rig.run(&[&bound]);
    fill(&mut arena, |t| &t.after);
    arena.compare(rig, &buffer, &format!("{spec:?} of {} tensors", list.len()));
    bound.dispatches()
}
