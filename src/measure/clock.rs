//! The device's own clock, where it has one that tells the time.

use crate::error::Result;
use crate::gpu::Gpu;

/// Two timestamps around a pass.
pub(super) struct Clock {
    queries: wgpu::QuerySet,
    stamps: wgpu::Buffer,
    /// Seconds of a tick.
    tick: f64,
}

impl Clock {
    /// Of a device that has timestamps.
    pub(super) fn new(gpu: &Gpu) -> Option<Self> {
        let device = gpu.device();
        if !device.features().contains(wgpu::Features::TIMESTAMP_QUERY) {
            return None;
        }
        let label = Some("the clock of a measurement");
        let queries =
            device.create_query_set(&wgpu::QuerySetDescriptor { label, ty: wgpu::QueryType::Timestamp, count: 2 });
        let usage = wgpu::BufferUsages::QUERY_RESOLVE | wgpu::BufferUsages::COPY_SRC;
        let stamps =
            device.create_buffer(&wgpu::BufferDescriptor { label, size: 16, usage, mapped_at_creation: false });
        Some(Self { queries, stamps, tick: f64::from(gpu.queue().get_timestamp_period()) * 1e-9 })
    }

    /// What to begin a pass with.
    pub(super) fn around(&self) -> wgpu::ComputePassTimestampWrites<'_> {
        wgpu::ComputePassTimestampWrites {
            query_set: &self.queries,
            beginning_of_pass_write_index: Some(0),
            end_of_pass_write_index: Some(1),
        }
    }

    /// To be recorded after the pass.
    pub(super) fn resolve(&self, encoder: &mut wgpu::CommandEncoder) {
        encoder.resolve_query_set(&self.queries, 0..2, &self.stamps, 0);
    }

    /// Seconds between the timestamps of a pass that is done and took at most `wall` seconds. Drivers have been seen to leave
    /// zeros, to swap the two, and to stop the clock before the work is done; such times are none.
    pub(super) fn read(&self, gpu: &Gpu, wall: f64) -> Result<Option<f64>> {
        let words: Vec<u32> = gpu.read(&self.stamps, 0, 4)?.into_iter().map(f32::to_bits).collect();
        let [begin, end] = [0, 2].map(|k| u64::from(words[k]) | u64::from(words[k + 1]) << 32);
        Ok(seconds(begin, end, self.tick, wall))
    }
}

/// A pass that fills a submission takes nearly all of its time.
fn seconds(begin: u64, end: u64, tick: f64, wall: f64) -> Option<f64> {
    let seconds = end.checked_sub(begin).map(|ticks| ticks as f64 * tick)?;
    (begin > 0 && seconds > 0.1 * wall && seconds <= wall).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn only_times_that_can_be_true() {
        assert_eq!(seconds(1000, 3000, 0.5e-3, 1.25), Some(1.0));
        for (begin, end) in [(0, 0), (0, 2000), (1000, 1000), (3000, 1000), (1000, 1002), (1000, 9000)] {
            assert_eq!(seconds(begin, end, 0.5e-3, 1.25), None, "{begin} {end}");
        }
    }
}
