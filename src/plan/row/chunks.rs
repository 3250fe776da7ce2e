//! Few rows of great length: many workgroups take chunks of a row, whose results are joined in between.

use super::{RowArgs, Rows, Window, block};
use crate::error::{Error, Result};
use crate::function::Fold;
use crate::plan::{Body, Dispatch, Key, Layout, PACK, Plan, Slot, narrow};
use crate::tensor::Extent;

impl Rows<'_> {
    /// Few rows of great length: chunks, each with a workgroup of its own.
    pub(super) fn chunked(&self, fold: Fold, outer: u64) -> Result<Plan> {
        let Extent { outer: count, channels: length, inner } = self.extent;
        let span = length * inner;
        let threads = u64::from(self.key.threads);
        let limits = self.at.limits;
        let mut each = limits.tuning.chunk_packs;
        while inner == 1 && each > 1 && each * threads * PACK > self.room() {
            each /= 2;
        }
        let args = self.args(threads, each * threads)?;
        let chunk = u64::from(args.rounds) * threads * PACK;
        let chunks = length.div_ceil(chunk);
        // The outer indices that a binding and a dispatch hold, or else the chunks of a single row.
        let reach = limits.groups.saturating_mul(limits.groups);
        let of_rows = (self.room() / span).min(reach / (chunks * inner));
        let of_row = if inner == 1 { (self.room() / chunk).min(reach) } else { 0 };
        if of_rows == 0 && of_row == 0 {
            if span <= self.room() {
                limits.fold(chunks * inner)?;
            }
            let what = "a row with what lies between its elements";
            return Err(Error::TooLarge { what, size: span, limit: self.room(), unit: "elements" });
        }
        let rows = narrow(count * inner)?;
        let args = RowArgs { chunks: narrow(chunks)?, ..args };
        let partials = u64::from(rows) * chunks * 8;
        if partials > self.at.binding() {
            let limit = self.at.binding() / 8;
            return Err(Error::TooLarge { what: "the partial sums", size: partials / 8, limit, unit: "elements" });
        }
        let mut windows = Vec::new();
        let mut next = 0;
        while next < u64::from(rows) * chunks {
            let (o, first) = (next / (chunks * inner), next % chunks);
            let (window, rows, most) = if of_rows > 0 {
                let n = of_rows.min(count - o).min(self.until_mask_ends(o));
                (Window { start: o * span, len: n * span }, n * inner, n * inner * chunks)
            } else {
                let n = of_row.min(chunks - first);
                let start = o * span + first * chunk;
                (Window { start, len: (n * chunk).min(length - first * chunk) }, 1, n)
            };
            windows.push((window, next, rows, first, most));
            next += most;
        }

        let states = u64::from(rows) * 16;
        let over = |body, scratch: bool, reads: bool, dispatches: &mut Vec<Dispatch>| -> Result<()> {
            for (window, number, rows, first, most) in &windows {
                let groups = limits.fold(*most)?;
                // Positions count from the row's beginning, which may lie before the binding.
                let before = narrow(first * chunk / self.unit())?;
                let args = RowArgs {
                    rows: narrow(*rows)?,
                    width: groups[0],
                    first: 0u32.wrapping_sub(before),
                    outer: narrow(outer + number / (chunks * inner))?,
                    chunk: narrow(*first)?,
                    second: if self.row.reduces { narrow(number / chunks)? } else { self.mask_first(window)? },
                    to: narrow(*number)?,
                    ..args
                };
                let mut ranges = self.ranges(window, (0, count * inner));
                if scratch {
                    ranges.retain(|r| r.binding != Slot::Out);
                    ranges.push(self.at.range(Slot::Out, Slot::Scratch, 0, partials, 4));
                }
                if reads {
                    ranges.push(self.at.range(Slot::States, Slot::State, 0, states, 16));
                }
                // What lies between dispatches is no tensor of the caller's.
                let key = Key { body, aliased: self.key.aliased && !scratch, ..self.key };
                dispatches.push(Dispatch { key, args: block(args), ranges, groups, share: None });
            }
            Ok(())
        };
        let join = |body, round: u32, dispatches: &mut Vec<Dispatch>| -> Result<()> {
            let groups = limits.fold(u64::from(rows))?;
            let args = RowArgs {
                rows,
                width: groups[0],
                inner: 1,
                outer: narrow(outer * inner)?,
                rounds: narrow(chunks.div_ceil(threads))?,
                repeat: 1,
                to: round,
                ..args
            };
            let of_heads = self.spec.slots_of_heads(body).map(|slot| self.of_heads(slot));
            let own = [
                self.at.range(Slot::A, Slot::Scratch, 0, partials, 4),
                self.at.range(Slot::Out, Slot::State, 0, states, 16),
            ];
            let ranges = own.into_iter().chain(of_heads).collect();
            let key = Key { body, layout: Layout::Vector, aliased: false, ..self.key };
            dispatches.push(Dispatch { key, args: block(args), ranges, groups, share: None });
            Ok(())
        };
        let mut dispatches = Vec::new();
        if fold != Fold::Sum {
            over(Body::ChunkKeys, true, false, &mut dispatches)?;
            join(Body::StateKeys, 0, &mut dispatches)?;
        }
        let rounds = if let Fold::KeySum(rounds) = fold { rounds } else { 1 };
        for round in 0..rounds {
            let first = fold == Fold::First;
            over(if first { Body::ChunkPlaces } else { Body::ChunkSums }, true, true, &mut dispatches)?;
            join(if first { Body::StatePlaces } else { Body::StateSums }, round, &mut dispatches)?;
        }
        if self.spec.gives_one(self.row) {
            // A workgroup to each row, as if it were a single chunk.
            let groups = limits.fold(u64::from(rows))?;
            let outer = narrow(outer * inner)?;
            let args = RowArgs { rows, width: groups[0], inner: 1, repeat: 1, chunks: 1, outer, ..args };
            let mut ranges = self.ranges(&windows[0].0, (0, count * inner));
            ranges.push(self.at.range(Slot::States, Slot::State, 0, states, 16));
            let key = Key { body: Body::ChunkValues, ..self.key };
            dispatches.push(Dispatch { key, args: block(args), ranges, groups, share: None });
        } else {
            over(Body::ChunkValues, false, true, &mut dispatches)?;
        }
        dispatches.extend(self.of_sinks()?);
        Ok(Plan { dispatches, scratch: partials, states })
    }
}
