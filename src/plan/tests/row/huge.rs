//! Tensors far larger than any that a test can hold.

use super::{Case, specs};
use crate::error::Error;
use crate::plan::row::RowArgs;
use crate::plan::{Limits, Slot, Tuning};
use crate::tensor::{Extent, Pass};

/// What is planned stays within limits, and nothing overflows.
#[test]
fn huge_rows_stay_within_limits() {
    let (mut planned, mut refused) = (0, 0);
    for (row, spec) in specs() {
        let (software, gpu) = (Tuning::SOFTWARE, Tuning::DISCRETE);
        for (binding, tuning) in [(128 << 20, software), (128 << 20, gpu), ((1 << 31) - 256, software), (1 << 40, gpu)]
        {
            let limits = Limits { binding, tuning, ..Limits::default() };
            for (outer, channels, inner) in [
                (1, 33_000_000, 1),
                (1, 100_000_001, 1),
                (1, 1 << 30, 1),
                (3, 1 << 28, 1),
                (1 << 20, 4096, 1),
                (70_000, 50_257, 1),
                (1, 1 << 22, 7),
                (1, 3, 1 << 28),
                (1 << 31, 1, 1),
                (1 << 30, 3, 5),
                (1 << 14, 1 << 20, 16),
            ] {
                let extent = Extent { outer, channels, inner };
                let mask = if row.masked && spec.pass == Pass::Forward { channels * inner } else { 0 };
                let case = Case { row, spec, extent, mask, limits, offsets: [0; Slot::COUNT] };
                let dispatches = match case.plan() {
                    Ok(plan) => plan.dispatches,
                    Err(Error::TooLarge { size, limit, .. }) => {
                        assert!(size > limit, "{extent:?}: {size} is within {limit}");
                        refused += 1;
                        continue;
                    }
                    Err(error) => panic!("{error}"),
                };
                planned += 1;
                let mut written = 0;
                for dispatch in &dispatches {
                    let args: RowArgs = bytemuck::cast(dispatch.args);
                    case.check_limits(dispatch, &args);
                    let out = dispatch.ranges.iter().find(|r| r.from == Slot::Out).map_or(0, |r| r.size);
                    written += out;
                }
                // Every byte is written, and less than an alignment for each dispatch is bound beside that.
                let len = if spec.gives_one(row) { outer * inner } else { extent.len().unwrap() };
                let most = len * 4 + dispatches.len() as u64 * limits.alignment;
                assert!((len * 4..=most).contains(&written), "{} {extent:?}: {written} bytes", row.name);
            }
        }
    }
    assert!(planned > 300 && refused > 100, "{planned} plans, {refused} refused");
}
