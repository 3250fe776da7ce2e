//! Workgroups that take one or more whole rows.

use super::{RowArgs, Rows, Window, block};
use crate::error::{Error, Result};
use crate::plan::{Dispatch, Join, PACK, Plan, Share, Slot, WORKGROUP, narrow};
use crate::tensor::Extent;

impl Rows<'_> {
    /// One dispatch for each window of some of the rows.
    pub(super) fn whole(&self, outer: u64, of: std::ops::Range<u64>) -> Result<Plan> {
        let Extent { channels, inner, .. } = self.extent;
        let (span, most) = (channels.saturating_mul(inner), u64::from(self.key.threads));
        let packs = channels.div_ceil(PACK);
        let threads = match inner {
            _ if self.key.join == Join::Thread => 1,
            1 => packs.div_ceil(self.at.limits.tuning.packs_per_thread).next_power_of_two().clamp(1, most),
            // Neighbouring rows to neighbouring threads, but no more than there are, no thread without a pack, and none alone
            // for long.
            _ => {
                let few = (most / inner.next_power_of_two().min(most)).min(packs.next_power_of_two());
                few.max(packs.div_ceil(1024).next_power_of_two().min(most))
            }
        };
        let slots = most / threads;
        let reach = self.at.limits.reach() / WORKGROUP * slots / inner;
        let step = (self.room() / span.max(1)).min(reach);
        if step == 0 {
            // Either too many rows for a dispatch, or too long ones for a binding.
            self.at.limits.fold(inner.div_ceil(slots))?;
            let limit = self.room() / inner.max(1);
            return Err(Error::TooLarge {
                what: "a row with what lies between its elements",
                size: channels,
                limit,
                unit: "elements",
            });
        }
        let mut dispatches = Vec::new();
        let mut start = of.start;
        while start < of.end {
            let count = step.min(of.end - start).min(self.until_mask_ends(start));
            let window = Window { start: start * span, len: count * span };
            let results = (start * inner, count * inner);
            let groups = self.at.limits.fold((count * inner).div_ceil(slots))?;
            let args = RowArgs {
                rows: narrow(count * inner)?,
                width: groups[0],
                first: self.first(start)?,
                outer: narrow(outer + start)?,
                second: self.mask_first(&window)?,
                ..self.args(threads, self.packs())?
            };
            narrow((outer + start + count) * inner)?;
            let mut ranges = self.ranges(&window, results);
            if self.kept() > 0 {
                ranges.push(self.at.range(Slot::States, Slot::State, 0, self.kept(), 16));
            }
            let share = Some(Share { start: window.start, len: window.len, unit: channels, larger: 0, group: slots });
            dispatches.push(Dispatch { key: self.key, args: block(args), ranges, groups, share });
            start += count;
        }
        Ok(Plan { dispatches, states: self.kept(), ..Plan::default() })
    }
}
