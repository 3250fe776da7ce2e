//! One device for a test process. Without a GPU tests say so loudly, and fail where `REQUIRE_GPU=1`.
#![allow(dead_code, unreachable_pub)] // every test binary uses its own part

pub mod cage;
pub mod cases;
pub mod gate_ways;
pub mod kinds;
pub mod maps;
pub mod reach;
pub mod rig;
pub mod roles;
pub mod row_ways;
pub mod texts;
pub mod told;
pub mod words;

use std::panic::resume_unwind;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use wgpu_activations::Gpu;

/// The device of this process, or `None` with one loud line.
pub fn gpu() -> Option<&'static Gpu> {
    static GPU: OnceLock<Option<Gpu>> = OnceLock::new();
    GPU.get_or_init(|| match Gpu::new() {
        Ok(gpu) => Some(gpu),
        Err(error) if std::env::var("REQUIRE_GPU").is_ok_and(|v| v == "1") => panic!("REQUIRE_GPU=1, but {error}"),
        Err(error) => {
            eprintln!("NO GPU: the tests that need one are not run: {error}");
            None
        }
    })
    .as_ref()
}

/// Does some work on each item, on all cores; the results in the items' order.
pub fn on_all_cores<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let some = || -> Vec<(usize, R)> {
        let taken = std::iter::from_fn(|| Some(next.fetch_add(1, Ordering::Relaxed)).filter(|&k| k < items.len()));
        taken.map(|k| (k, work(&items[k]))).collect()
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut all: Vec<(usize, R)> = thread::scope(|scope| {
        let running: Vec<_> = (0..cores).map(|_| scope.spawn(some)).collect();
        running.into_iter().flat_map(|one| one.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    });
    all.sort_unstable_by_key(|&(k, _)| k);
    all.into_iter().map(|(_, result)| result).collect()
}

/// The same numbers in every run: a generator with Numerical Recipes' constants, in [-1, 1).
pub struct Noise(pub u32);

impl Noise {
    pub fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as f32 / (1 << 23) as f32 - 1.0
    }

    pub fn below(&mut self, limit: u32) -> u32 {
        self.next();
        (self.0 >> 8) % limit.max(1)
    }

    pub fn vec(&mut self, len: usize, scale: f32) -> Vec<f32> {
        (0..len).map(|_| self.next() * scale).collect()
    }
}
