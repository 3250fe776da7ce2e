//! The arithmetic of `kernel/row/args.wgsl`.

use super::RowArgs;

/// A thread's share of a row, as `kernel/row/args.wgsl` has it.
pub(super) struct Share {
    pub(super) group: u64,
    pub(super) own: u64,
    pub(super) thread: u64,
    pub(super) base: u64,
    pub(super) mask: u64,
    pub(super) row: u64,
    pub(super) index: u64,
    pub(super) live: bool,
}

pub(super) fn share(args: &RowArgs, threads: u64, group: u64, row_group: u64, lane: u64) -> Share {
    let [of_row, next_row, inner, span] = [args.threads, args.next_row, args.inner, args.span].map(u64::from);
    let slots = threads / of_row;
    let slot = lane / next_row % slots;
    let index = row_group * slots + slot;
    let (outer, i) = (index / inner, index % inner);
    let thread = lane / if next_row == 1 { slots } else { 1 } % of_row;
    Share {
        group,
        own: slot * of_row + thread,
        thread,
        base: u64::from(args.first) + outer * span + i,
        mask: u64::from(args.second) + (u64::from(args.outer) + outer) % u64::from(args.repeat) * span + i,
        row: u64::from(args.outer) * inner + index,
        index,
        live: index < u64::from(args.rows),
    }
}
