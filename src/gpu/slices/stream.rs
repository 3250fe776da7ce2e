//! Calls on slices, a piece at a time: while the device works on one piece, the host moves the next and the last.

use std::collections::VecDeque;
use std::ops::Range;

use super::pool::{Key, Set, Sizes};
use crate::error::Result;
use crate::gpu::device::Gpu;
use crate::gpu::kernel::Kernel;
use crate::gpu::transfer::Arrival;
use crate::plan::{Slot, Spec};
use crate::tensor::Extent;

/// Bytes of the buffers for a piece, on the device and for transfers, unless a single row needs more.
const SET: u64 = 64 << 20;
/// Pieces under way at once.
const FLYING: usize = 2;
/// Tensors are filled up to a multiple of this, so that kernels find whole packs.
const PAD: u64 = 16;
/// The smallest buffer.
const SMALLEST: u64 = 4096;

/// The elements of a piece, where one takes so many bytes in all tensors together: a power of two.
pub(super) fn capacity(bytes: u64) -> u64 {
    1 << (SET / (2 * bytes)).max(1).ilog2()
}

/// A part of a call.
#[derive(Debug)]
pub(super) struct Piece {
    /// The shape of what is computed.
    pub(super) extent: Extent,
    /// The elements of it, as (first, count).
    pub(super) of: (u64, u64),
    /// The bytes of each tensor that belong to it; inputs first.
    pub(super) parts: Vec<Vec<Range<usize>>>,
}

impl Piece {
    fn bytes(&self) -> impl Iterator<Item = u64> {
        self.parts.iter().map(|parts| parts.iter().map(|part| part.len() as u64).sum())
    }
}

/// A kernel's run over a call's pieces.
#[derive(Debug)]
pub(super) struct Run<'a> {
    pub(super) spec: Spec,
    /// The parameter values, unless they are an input.
    pub(super) params: Option<&'a [f32]>,
    /// The inputs, and where they go.
    pub(super) ins: Vec<(Slot, &'a [u8])>,
    pub(super) outs: Vec<Slot>,
    pub(super) pieces: Vec<Piece>,
    /// Whether kernels may work on whole packs, past the end of a piece.
    pub(super) padded: bool,
}

impl Run<'_> {
    /// Bytes of the buffers that hold every piece: powers of two, so that calls of like length find each other's.
    fn sizes(&self) -> Sizes {
        let all = |k: usize| self.pieces.iter().filter_map(move |piece| piece.bytes().nth(k)).max().unwrap_or(0);
        let room = |size: u64| if size > SET / 4 { size.next_multiple_of(PAD) } else { size.next_power_of_two() };
        let size = |k| room(all(k)).max(SMALLEST);
        let ins = self.ins.len();
        [(0..ins).map(size).collect(), (ins..ins + self.outs.len()).map(size).collect()]
    }

    fn slots(&self) -> impl Iterator<Item = Slot> {
        self.ins.iter().map(|(slot, _)| *slot).chain(self.outs.iter().copied())
    }

    fn key(&self, piece: &Piece) -> Key {
        let room = |bytes: u64| if self.padded { bytes.next_multiple_of(PAD) } else { bytes };
        Key { spec: self.spec, extent: piece.extent, of: piece.of, bytes: piece.bytes().map(room).collect() }
    }
}

/// A piece that the device works on.
struct Flight<'a> {
    piece: &'a Piece,
    set: Set,
    index: wgpu::SubmissionIndex,
    arrivals: Vec<Arrival>,
}

impl Gpu {
    /// Runs a kernel; `take` gets the bytes of each piece's outputs, with the output's number.
    pub(super) async fn stream(&self, run: Run<'_>, mut take: impl FnMut(&Piece, usize, &[u8])) -> Result<()> {
        self.link().check()?;
        let kernel = self.kernels().uncompiled(run.spec)?;
        let sizes = run.sizes();
        let mut flying: VecDeque<Flight<'_>> = VecDeque::new();
        for piece in &run.pieces {
            let key = run.key(piece);
            let first = if flying.len() < FLYING { None } else { flying.pop_front() };
            let set = match first {
                Some(flight) => self.land(flight, &mut take).await?,
                None => self.pool().take(self.link(), &sizes, &key)?,
            };
            flying.push_back(self.launch(&run, &kernel, piece, key, set)?);
        }
        while let Some(flight) = flying.pop_front() {
            let set = self.land(flight, &mut take).await?;
            self.pool().put(set);
        }
        Ok(())
    }

    /// Moves a piece's inputs and starts all work on it.
    fn launch<'a>(
        &self,
        run: &Run<'_>,
        kernel: &Kernel,
        piece: &'a Piece,
        key: Key,
        mut set: Set,
    ) -> Result<Flight<'a>> {
        let link = self.link();
        let sizes: Vec<u64> = piece.bytes().map(|bytes| bytes.next_multiple_of(PAD).max(PAD)).collect();
        let (in_sizes, out_sizes) = sizes.split_at(run.ins.len());
        for (((tensor, (_, bytes)), parts), &size) in set.ins.iter().zip(&run.ins).zip(&piece.parts).zip(in_sizes) {
            link.gather(&tensor.host, bytes, parts, size)?;
            tensor.host.unmap();
        }
        set.bind(link, kernel, key, run.slots(), run.params)?;
        let index = link.submit("a call", |encoder| {
            for (tensor, &size) in set.ins.iter().zip(in_sizes) {
                encoder.copy_buffer_to_buffer(&tensor.host, 0, &tensor.device, 0, size);
            }
            if let Some(bound) = set.bound() {
                bound.record(&mut encoder.begin_compute_pass(&Default::default()));
            }
            for (tensor, &size) in set.outs.iter().zip(out_sizes) {
                encoder.copy_buffer_to_buffer(&tensor.device, 0, &tensor.host, 0, size);
            }
        })?;
        let outs = set.outs.iter().zip(out_sizes).map(|(t, &size)| link.map(&t.host, wgpu::MapMode::Read, size));
        let ins = set.ins.iter().map(|t| link.map(&t.host, wgpu::MapMode::Write, t.host.size()));
        let arrivals = outs.chain(ins).collect::<Result<_>>()?;
        Ok(Flight { piece, set, index, arrivals })
    }

    /// Waits for a piece and hands its results on; the set can be used again.
    async fn land(&self, flight: Flight<'_>, take: &mut impl FnMut(&Piece, usize, &[u8])) -> Result<Set> {
        let Flight { piece, set, index, arrivals } = flight;
        self.link().wait(index)?;
        for arrival in arrivals {
            self.link().arrived(arrival).await?;
        }
        for (k, (tensor, bytes)) in set.outs.iter().zip(piece.bytes().skip(set.ins.len())).enumerate() {
            self.link().read(&tensor.host, bytes, |result| take(piece, k, result))?;
            tensor.host.unmap();
        }
        self.link().check()?;
        Ok(set)
    }
}

/// Puts a piece of an output where it belongs.
pub(super) fn scatter(out: &mut [u8], parts: &[Range<usize>], mut bytes: &[u8]) {
    for part in parts {
        let (these, rest) = bytes.split_at(part.len().min(bytes.len()));
        out[part.clone()].copy_from_slice(these);
        bytes = rest;
    }
}

/// The bytes of `len` elements from number `first` on.
pub(super) fn range(first: u64, len: u64, bytes: u64) -> Range<usize> {
    (first * bytes) as usize..((first + len) * bytes) as usize
}
