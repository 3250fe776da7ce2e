//! A device, its queue, and bytes to and from it.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
#[cfg(not(target_arch = "wasm32"))]
use std::sync::mpsc;
use std::sync::{PoisonError, RwLock};
use std::thread;
use std::time::Duration;

use wgpu::BufferUsages;

use super::fault::{Faults, guarded};
use crate::error::{Error, Result};

/// Tells whether a buffer was mapped, from whichever thread finds out.
#[cfg(not(target_arch = "wasm32"))]
pub(super) type Arrival = mpsc::Receiver<Result<(), wgpu::BufferAsyncError>>;
#[cfg(target_arch = "wasm32")]
pub(super) type Arrival = futures_intrusive::channel::shared::OneshotReceiver<Result<(), wgpu::BufferAsyncError>>;

/// A device, its queue, and what went wrong with them.
///
/// When wgpu looks after a device (in a poll or a submission) and finds it lost, it frees its buffers, even mapped ones that
/// another thread is reading. So it may look only while nobody touches mapped memory.
#[derive(Debug)]
pub(super) struct Link {
    pub(crate) device: wgpu::Device,
    pub(crate) queue: wgpu::Queue,
    faults: Faults,
    /// Written by who lets wgpu look, read by who touches mapped memory.
    memory: RwLock<()>,
    /// How many wish to touch it: whoever waits for the device lets them.
    wishes: AtomicUsize,
}

impl Link {
    /// To a device of our own.
    pub(super) fn own(device: wgpu::Device, queue: wgpu::Queue) -> Self {
        Self { faults: Faults::listen(&device), ..Self::shared(device, queue) }
    }

    /// To a device of the caller's, whose reports go to the caller.
    pub(super) fn shared(device: wgpu::Device, queue: wgpu::Queue) -> Self {
        let faults = Faults::default();
        Self { device, queue, faults, memory: RwLock::default(), wishes: AtomicUsize::default() }
    }

    /// Fails if the device was lost, or if it has reported an error since the last call.
    ///
    /// A poll tells of the loss; what is created in the meantime is invalid, and using it an error, which comes first.
    pub(super) fn check(&self) -> Result<()> {
        self.faults.check().or_else(|error| {
            self.tidy();
            self.faults.check().and(Err(error))
        })
    }

    /// Lets wgpu look after the device.
    fn look<T>(&self, look: impl FnOnce() -> T) -> T {
        let _alone = self.memory.write().unwrap_or_else(PoisonError::into_inner);
        look()
    }

    /// Touches mapped memory.
    fn touch<T>(&self, touch: impl FnOnce() -> T) -> T {
        self.wishes.fetch_add(1, Relaxed);
        let _safe = self.memory.read().unwrap_or_else(PoisonError::into_inner);
        self.wishes.fetch_sub(1, Relaxed);
        touch()
    }

    /// Polls; wgpu panics where it finds the device lost.
    fn poll(&self, poll: wgpu::PollType) -> thread::Result<Result<wgpu::PollStatus, wgpu::PollError>> {
        self.look(|| catch_unwind(AssertUnwindSafe(|| self.device.poll(poll))))
    }

    /// Lets wgpu free what is no longer used, and tell what is done.
    pub(super) fn tidy(&self) {
        let _ = self.poll(wgpu::PollType::Poll);
    }

    /// Submits commands.
    pub(super) fn send(&self, commands: wgpu::CommandBuffer) -> wgpu::SubmissionIndex {
        self.look(|| self.queue.submit([commands]))
    }

    /// A buffer; of those that can be written by the host, mapped.
    pub(super) fn buffer(&self, size: u64, usage: BufferUsages, what: &'static str) -> Result<wgpu::Buffer> {
        let limit = self.device.limits().max_buffer_size;
        if size > limit {
            return Err(Error::TooLarge { what, size, limit, unit: "bytes" });
        }
        let mapped_at_creation = usage.contains(BufferUsages::MAP_WRITE);
        let descriptor = wgpu::BufferDescriptor { label: Some(what), size, usage, mapped_at_creation };
        guarded(&self.device, what, || self.device.create_buffer(&descriptor))
    }

    /// Submits what `record` records.
    pub(super) fn submit(
        &self,
        what: &'static str,
        record: impl FnOnce(&mut wgpu::CommandEncoder),
    ) -> Result<wgpu::SubmissionIndex> {
        guarded(&self.device, what, || {
            let descriptor = wgpu::CommandEncoderDescriptor { label: Some(what) };
            let mut encoder = self.device.create_command_encoder(&descriptor);
            record(&mut encoder);
            self.send(encoder.finish())
        })
    }

    /// Maps the start of a buffer as soon as the device has done with it.
    pub(super) fn map(&self, buffer: &wgpu::Buffer, mode: wgpu::MapMode, size: u64) -> Result<Arrival> {
        #[cfg(not(target_arch = "wasm32"))]
        let (sender, arrival) = mpsc::channel();
        #[cfg(target_arch = "wasm32")]
        let (sender, arrival) = futures_intrusive::channel::shared::oneshot_channel();
        guarded(&self.device, "mapping a buffer", || {
            buffer.map_async(mode, ..size, move |result| {
                let _ = sender.send(result); // nobody listens only where the caller has given up
            });
        })?;
        Ok(arrival)
    }

    /// Waits for the mapping of a buffer that a finished submission used, natively not for ever: a lost device may never
    /// tell. A moment it takes where another thread's poll or submission is about to tell.
    #[cfg(not(target_arch = "wasm32"))]
    pub(super) async fn arrived(&self, arrival: Arrival) -> Result<()> {
        for _ in 0..100 {
            match arrival.recv_timeout(Duration::from_millis(50)) {
                Ok(Ok(())) => return Ok(()),
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    self.tidy();
                    self.check()?;
                }
                _ => break,
            }
        }
        Err(self.unmapped("the buffer could not be mapped"))
    }

    #[cfg(target_arch = "wasm32")]
    pub(super) async fn arrived(&self, arrival: Arrival) -> Result<()> {
        match arrival.receive().await {
            Some(Ok(())) => Ok(()),
            _ => Err(self.unmapped("the buffer could not be mapped")),
        }
    }

    /// Writes parts of some bytes to the start of a mapped buffer, one after the other, and zeros up to `size`.
    pub(super) fn gather(&self, host: &wgpu::Buffer, bytes: &[u8], parts: &[Range<usize>], size: u64) -> Result<()> {
        let written = self.touch(|| {
            let mut view = host.get_mapped_range_mut(..size)?;
            let mut at = 0;
            for part in parts {
                view.slice(at..at + part.len()).copy_from_slice(&bytes[part.clone()]);
                at += part.len();
            }
            view.slice(at..).fill(0);
            Ok(())
        });
        written.map_err(|error: wgpu::MapRangeError| self.unmapped(&error.to_string()))
    }

    /// Hands on the first bytes of a mapped buffer.
    pub(super) fn read<T>(&self, host: &wgpu::Buffer, len: u64, read: impl FnOnce(&[u8]) -> T) -> Result<T> {
        let view = || Ok(read(&host.get_mapped_range(..len.next_multiple_of(4))?[..len as usize]));
        self.touch(view).map_err(|error: wgpu::MapRangeError| self.unmapped(&error.to_string()))
    }

    /// The buffer is not mapped; one that was created without an error is invalid only on a lost device.
    fn unmapped(&self, message: &str) -> Error {
        match self.failed("moving data to or from the GPU", message) {
            Error::Gpu { .. } if message.contains("is invalid") => lost(),
            error => error,
        }
    }

    /// The cause of a failure. A lost device refuses work at once, but tells of its loss when it has done with earlier work.
    fn failed(&self, what: &str, message: &str) -> Error {
        let timeout = Some(Duration::from_secs(2));
        let _ = self.poll(wgpu::PollType::Wait { submission_index: None, timeout });
        match self.check() {
            Err(error) => error,
            Ok(()) => Error::Gpu { what: what.to_owned(), message: message.to_owned() },
        }
    }

    /// Whether even an empty submission fails: then the device is lost, though a caller's own tells the caller alone.
    #[cfg(not(target_arch = "wasm32"))]
    fn refuses(&self) -> bool {
        let submission_index = Some(self.look(|| self.queue.submit([])));
        let timeout = Some(Duration::from_secs(2));
        let done = self.poll(wgpu::PollType::Wait { submission_index, timeout });
        matches!(done, Ok(Err(wgpu::PollError::WrongSubmissionIndex(..))))
    }

    /// Waits until a submission is done; on the web the browser does.
    ///
    /// Every look is short, so that others can touch their memory in between, and since a lost device may never answer.
    /// wgpu panics where it finds the device lost while it waits, which is caught here. It also panics, rarely, where another
    /// thread's poll retires the submission that a timed-out wait was for: a panic alone is not yet a loss.
    #[cfg(not(target_arch = "wasm32"))]
    pub(super) fn wait(&self, index: wgpu::SubmissionIndex) -> Result<()> {
        let mut panics = 0;
        loop {
            while self.wishes.load(Relaxed) > 0 {
                thread::yield_now();
            }
            let poll =
                wgpu::PollType::Wait { submission_index: Some(index.clone()), timeout: Some(Duration::from_millis(1)) };
            match self.poll(poll) {
                Ok(Ok(_)) => return self.check(),
                Ok(Err(wgpu::PollError::Timeout)) => self.faults.check()?,
                Ok(Err(error)) => {
                    let error = self.failed("waiting for the GPU", &error.to_string());
                    return Err(if matches!(error, Error::Gpu { .. }) && self.refuses() { lost() } else { error });
                }
                Err(_) if panics == 3 => return Err(lost()),
                Err(_) => panics += 1,
            }
        }
    }

    #[cfg(target_arch = "wasm32")]
    pub(super) fn wait(&self, _: wgpu::SubmissionIndex) -> Result<()> {
        Ok(())
    }
}

fn lost() -> Error {
    Error::DeviceLost { reason: "found while waiting for it".to_owned() }
}
