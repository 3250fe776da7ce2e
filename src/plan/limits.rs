//! What a device allows.

use super::{Tuning, WORKGROUP};
use crate::error::{Error, Result};

/// What a device allows, and how it likes work to be divided. The default is what WebGPU guarantees everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Limits {
    /// Bytes of a storage binding (`maxStorageBufferBindingSize`).
    pub binding: u64,
    /// Bytes that a storage binding's offset is a multiple of (`minStorageBufferOffsetAlignment`).
    pub alignment: u64,
    /// Workgroups along a dimension of a dispatch (`maxComputeWorkgroupsPerDimension`).
    pub groups: u64,
    /// Storage buffers of a kernel (`maxStorageBuffersPerShaderStage`).
    pub buffers: u64,
    /// How work is divided.
    pub tuning: Tuning,
}

impl Default for Limits {
    fn default() -> Self {
        Self { binding: 128 << 20, alignment: 256, groups: 65_535, buffers: 8, tuning: Tuning::DISCRETE }
    }
}

impl Limits {
    /// Fails for limits that no device has.
    pub(super) fn check(&self) -> Result<()> {
        let Self { binding, alignment, groups, buffers, tuning } = *self;
        tuning.check()?;
        if binding >= 256 && alignment.is_power_of_two() && alignment <= 4096 && groups > 0 && buffers >= 4 {
            return Ok(());
        }
        let reason = format!(
            "limits: bindings of at least 256 bytes (not {binding}), an alignment that is a power of two up to 4096 \
             ({alignment}), at least 1 workgroup ({groups}) and 4 storage buffers ({buffers})"
        );
        Err(Error::Unsupported { reason })
    }

    /// Invocations that one dispatch reaches.
    pub(super) fn reach(&self) -> u64 {
        self.groups.saturating_mul(self.groups).saturating_mul(WORKGROUP)
    }

    /// A number of workgroups as the rows of a two-dimensional dispatch.
    pub(crate) fn fold(&self, groups: u64) -> Result<[u32; 2]> {
        let width = groups.clamp(1, self.groups.max(1));
        let rows = groups.div_ceil(width);
        if rows > self.groups {
            let limit = self.groups.saturating_mul(self.groups);
            return Err(Error::TooLarge { what: "one dispatch", size: groups, limit, unit: "workgroups" });
        }
        Ok([narrow(width)?, narrow(rows)?])
    }
}

/// A count that the planner keeps below 2^32.
pub(super) fn narrow(value: u64) -> Result<u32> {
    u32::try_from(value).map_err(|_| Error::TooLarge {
        what: "a count within one dispatch",
        size: value,
        limit: u64::from(u32::MAX),
        unit: "elements",
    })
}
