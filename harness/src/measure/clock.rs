//! Times, by the wall clock and by the device's own, where it has one that tells the time.

use std::time::Instant;

use wgpu_activations::{Gpu, wgpu};

use crate::error::Result;
use crate::transfer::{encoder, guarded, host, read};

/// Seconds of a call.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Timing {
    /// By the wall clock, over many calls in one submission.
    pub wall: f64,
    /// By the device's clock, where that told the time.
    pub device: Option<f64>,
}

impl Timing {
    /// By the device's clock if that is asked for and told the time, else by the wall clock.
    pub fn seconds(&self, by_device: bool) -> f64 {
        self.device.filter(|_| by_device).unwrap_or(self.wall)
    }
}

/// Seconds from the submission of commands until they are done.
pub(super) fn wall(gpu: &Gpu, encoder: wgpu::CommandEncoder) -> Result<f64> {
    let start = Instant::now();
    gpu.run(encoder)?;
    Ok(start.elapsed().as_secs_f64())
}

/// Seconds of one of `calls` calls in a submission.
pub(super) fn time(
    gpu: &Gpu,
    record: impl Fn(&mut wgpu::ComputePass<'_>),
    calls: u32,
    clock: Option<&Clock>,
) -> Result<Timing> {
    let mut encoder = encoder(gpu);
    let timestamp_writes = clock.map(Clock::around);
    let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor { label: None, timestamp_writes });
    (0..calls).for_each(|_| record(&mut pass));
    drop(pass);
    if let Some(clock) = clock {
        clock.resolve(&mut encoder);
    }
    let wall = wall(gpu, encoder)?;
    let device = clock.map_or(Ok(None), |clock| clock.read(gpu, wall))?;
    let one = 1.0 / f64::from(calls.max(1));
    Ok(Timing { wall: wall * one, device: device.map(|seconds| seconds * one) })
}

/// Two timestamps around a pass.
pub(super) struct Clock {
    queries: wgpu::QuerySet,
    stamps: wgpu::Buffer,
    host: wgpu::Buffer,
    /// Seconds of a tick.
    tick: f64,
}

impl Clock {
    /// Of a device that has timestamps.
    pub(super) fn new(gpu: &Gpu) -> Result<Option<Self>> {
        let device = gpu.device();
        if !device.features().contains(wgpu::Features::TIMESTAMP_QUERY) {
            return Ok(None);
        }
        let what = "the clock of a measurement";
        let (queries, stamps) = guarded(gpu, what, || {
            let label = Some(what);
            let queries = wgpu::QuerySetDescriptor { label, ty: wgpu::QueryType::Timestamp, count: 2 };
            let usage = wgpu::BufferUsages::QUERY_RESOLVE | wgpu::BufferUsages::COPY_SRC;
            let stamps = wgpu::BufferDescriptor { label, size: 16, usage, mapped_at_creation: false };
            (device.create_query_set(&queries), device.create_buffer(&stamps))
        })?;
        let (host, tick) = (host(gpu, 16)?, f64::from(gpu.queue().get_timestamp_period()) * 1e-9);
        Ok(Some(Self { queries, stamps, host, tick }))
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
        let mut stamps = [0u64; 2];
        read(gpu, &self.host, &self.stamps, 0, bytemuck::cast_slice_mut(&mut stamps))?;
        let [begin, end] = stamps;
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
