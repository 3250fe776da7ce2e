//! Bytes to and from a device, in pieces of bounded size.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use futures_intrusive::channel::shared::oneshot_channel;

use super::fault::{Faults, guarded};
use crate::error::{Error, Result};

/// Bytes of the largest piece: wgpu stages each piece in memory of its own, and losing that means losing the device.
pub(crate) const PIECE: u64 = 64 << 20;

/// A device, its queue, and what went wrong with them.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) device: wgpu::Device,
    pub(crate) queue: wgpu::Queue,
    pub(crate) faults: Faults,
    /// Held by the thread that waits for the device.
    pub(crate) turn: Arc<Mutex<()>>,
}

impl Link {
    /// Fails if the device was lost, or if it has reported an error since the last call.
    ///
    /// A poll tells of the loss; what is created in the meantime is invalid, and using it an error, which comes first.
    pub(crate) fn check(&self) -> Result<()> {
        self.faults.check().or_else(|error| {
            let _ = catch_unwind(AssertUnwindSafe(|| self.device.poll(wgpu::PollType::Poll)));
            self.faults.check().and(Err(error))
        })
    }

    /// A storage buffer for this many elements and up to three more, so that lengths are multiples of four.
    pub(crate) fn storage(&self, len: u64, what: &'static str) -> Result<wgpu::Buffer> {
        let usage = wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST;
        self.buffer(len.next_multiple_of(4).max(4) * 4, usage, what)
    }

    /// A buffer to read back from.
    pub(crate) fn staging(&self, size: u64) -> Result<wgpu::Buffer> {
        self.buffer(size, wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST, "read-back")
    }

    fn buffer(&self, size: u64, usage: wgpu::BufferUsages, what: &'static str) -> Result<wgpu::Buffer> {
        let limit = self.device.limits().max_buffer_size;
        if size > limit {
            return Err(Error::TooLarge { what, size, limit, unit: "bytes" });
        }
        let descriptor = wgpu::BufferDescriptor { label: Some(what), size, usage, mapped_at_creation: false };
        guarded(&self.device, what, || self.device.create_buffer(&descriptor))
    }

    /// Writes the values to the start of a buffer, a piece and a submission at a time.
    pub(crate) fn upload(&self, buffer: &wgpu::Buffer, values: &[f32]) -> Result<()> {
        self.upload_at(buffer, 0, values)
    }

    /// The same from element number `first` on.
    pub(crate) fn upload_at(&self, buffer: &wgpu::Buffer, first: u64, values: &[f32]) -> Result<()> {
        let mut offset = 4 * first;
        for piece in values.chunks((PIECE / 4) as usize) {
            self.queue.write_buffer(buffer, offset, bytemuck::cast_slice(piece));
            if offset > 4 * first {
                let index = self.queue.submit([]);
                self.wait(index)?;
            }
            offset += piece.len() as u64 * 4;
        }
        self.check()
    }

    /// Submits `encoder`, waits for it, and copies the start of a mapped buffer into `out`.
    pub(crate) async fn download(
        &self,
        encoder: wgpu::CommandEncoder,
        staging: &wgpu::Buffer,
        out: &mut [f32],
    ) -> Result<()> {
        let index = self.queue.submit([encoder.finish()]);
        self.check()?;
        let range = 0..out.len() as u64 * 4;
        let (sender, receiver) = oneshot_channel();
        staging.map_async(wgpu::MapMode::Read, range.clone(), move |result| {
            let _ = sender.send(result); // nobody listens only where the caller has given up
        });
        self.wait(index)?;
        let failed = |message: String| Error::Gpu { what: "reading results back".to_owned(), message };
        match receiver.receive().await {
            Some(Ok(())) => {}
            _ => {
                self.check()?;
                return Err(failed("the buffer could not be mapped".to_owned()));
            }
        }
        {
            let view = staging.get_mapped_range(range).map_err(|error| failed(error.to_string()))?;
            bytemuck::cast_slice_mut(out).copy_from_slice(&view);
        }
        staging.unmap();
        self.check()
    }

    /// Waits until a submission is done; on the web the browser does.
    ///
    /// Every wait is finite, since a lost device may never answer; and wgpu panics where it finds the device lost while it
    /// waits, which is caught here. It also panics, rarely, where another thread's poll retires the submission that a
    /// timed-out wait was for: threads wait in turn, and a panic alone is not yet a loss.
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) fn wait(&self, index: wgpu::SubmissionIndex) -> Result<()> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let mut panics = 0;
        let lost = || Error::DeviceLost { reason: "found while waiting for it".to_owned() };
        loop {
            let polled = self.poll(Some(index.clone()));
            self.check()?;
            match polled {
                Ok(Ok(_)) => return Ok(()),
                Ok(Err(wgpu::PollError::Timeout)) => {}
                Ok(Err(error)) => {
                    // A lost device refuses submissions, but tells of its loss only when it is done with earlier ones.
                    let _ = self.poll(None);
                    self.check()?;
                    return Err(Error::Gpu { what: "waiting for the GPU".to_owned(), message: error.to_string() });
                }
                Err(_) if panics == 3 => return Err(lost()),
                Err(_) => panics += 1,
            }
        }
    }

    /// Polls until a submission is done, all of them if none is given, for two seconds at most; a panic of wgpu's is caught.
    #[cfg(not(target_arch = "wasm32"))]
    fn poll(
        &self,
        submission_index: Option<wgpu::SubmissionIndex>,
    ) -> std::thread::Result<Result<wgpu::PollStatus, wgpu::PollError>> {
        let poll = wgpu::PollType::Wait { submission_index, timeout: Some(std::time::Duration::from_secs(2)) };
        catch_unwind(AssertUnwindSafe(|| self.device.poll(poll)))
    }

    #[cfg(target_arch = "wasm32")]
    pub(crate) fn wait(&self, _: wgpu::SubmissionIndex) -> Result<()> {
        Ok(())
    }
}
