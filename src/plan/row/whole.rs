//! Workgroups that take one or more whole rows.

use super::{RowArgs, Rows, Window, block};
use crate::error::{Error, Result};
use crate::function::Fold;
use crate::plan::steps::{PACK, narrow};
use crate::plan::{Call, Plan, Variant, WORKGROUP};
use crate::tensor::Extent;

/// Rows from which on each thread takes one of its own on software devices: enough for some cores.
pub(super) const MANY: u64 = 64;

/// Whether there are kernels with a thread to each row.
pub(super) fn lonely(fold: Fold) -> bool {
    fold != Fold::Key
}

impl Rows<'_> {
    /// One dispatch for each window of some of the rows.
    pub(super) fn whole(&self, outer: u64, of: std::ops::Range<u64>, alone: bool) -> Result<Plan> {
        let Extent { channels, inner, .. } = self.extent;
        let (span, most) = (channels.saturating_mul(inner), u64::from(self.shape.threads));
        let packs = channels.div_ceil(PACK);
        let threads = match inner {
            _ if alone => 1,
            // A few packs to a thread on a GPU, at least one anywhere.
            1 => packs.div_ceil(if self.site.limits.software { 1 } else { 4 }).next_power_of_two().clamp(1, most),
            // Neighbouring rows to neighbouring threads, but no more than there are, no thread without a pack, and none alone
            // for long.
            _ => {
                let few = (most / inner.next_power_of_two().min(most)).min(packs.next_power_of_two());
                few.max(packs.div_ceil(1024).next_power_of_two().min(most))
            }
        };
        let slots = most / threads;
        let reach = self.site.limits.reach() / WORKGROUP * slots / inner;
        let step = (self.room() / span.max(1)).min(reach);
        if step == 0 {
            // Either too many rows for a dispatch, or too long ones for a binding.
            self.site.limits.fold(inner.div_ceil(slots))?;
            let limit = self.room() / inner.max(1);
            return Err(Error::TooLarge {
                what: "a row with what lies between its elements",
                size: channels,
                limit,
                unit: "elements",
            });
        }
        let variant = if alone { Variant::Alone(self.shape) } else { Variant::Rows(self.shape) };
        let mut calls = Vec::new();
        let mut start = of.start;
        while start < of.end {
            let count = step.min(of.end - start).min(self.until_mask_ends(start));
            let window = Window { start: start * span, len: count * span };
            let results = (start * inner, count * inner);
            let groups = self.site.limits.fold((count * inner).div_ceil(slots))?;
            let args = RowArgs {
                rows: narrow(count * inner)?,
                width: groups[0],
                first: self.first(start)?,
                outer: narrow(outer + start)?,
                second: self.mask_first(&window)?,
                ..self.args(threads, self.packs())?
            };
            narrow((outer + start + count) * inner)?;
            let ranges = self.ranges(&window, results);
            let call = Call { variant, form: self.form, args: block(args), ranges, groups };
            calls.push(if alone { call.first() } else { call });
            start += count;
        }
        Ok(Plan { calls, ..Plan::default() })
    }
}
