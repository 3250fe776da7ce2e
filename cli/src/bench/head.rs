//! The lines above all results: what is measured on, and how.

use std::fs;

use wgpu_activations::Storage;
use wgpu_activations::wgpu::AdapterInfo;
use wgpu_activations_harness::measure::Caches;
use wgpu_activations_harness::{cpu, measure};

use super::collect::Stage;
use crate::text::counted;
use crate::{device, machine};

/// Of results on an adapter, which has these clocks before, or of the CPU alone.
pub(super) fn head(info: Option<&AdapterInfo>, clocks: Option<&str>, storage: Storage, stages: &[Stage]) -> String {
    let on_cpu = storage == Storage::F32 && stages.iter().all(|stage| stage.caches == Caches::Hot);
    let mut text = info.map(|info| device::head(info, storage)).unwrap_or_default();
    if info.is_some_and(device::is_software) {
        text += "note: this is no GPU, and its figures say nothing of one\n";
    }
    if on_cpu {
        text += &format!("CPU: {}\n", machine::cpu());
    }
    let once = |count: u32| counted(count as usize, "call");
    let by_adapter = info.map(|_| format!("{} of each job and copying kernel on the adapter", once(measure::WARM_UP)));
    let by_cpu = on_cpu.then(|| format!("{} of each job on the CPU", once(cpu::WARM_UP)));
    let warm: Vec<String> = by_adapter.into_iter().chain(by_cpu).collect();
    text += &format!("warm-up before any time is taken: {}\n", warm.join(", "));
    text += &format!("{}\n", caches(storage, stages));
    if let Some(clocks) = clocks {
        text += &format!("clocks before: {clocks}\n");
    }
    text
}

/// What the times say of caches.
fn caches(storage: Storage, stages: &[Stage]) -> String {
    let sizes = || stages.iter().map(|stage| stage.elements * storage.bytes());
    let (least, most) = (sizes().min().unwrap_or(0), sizes().max().unwrap_or(0));
    let of = if least == most { bytes(most) } else { format!("{} to {}", bytes(least), bytes(most)) };
    let last = last_level().map(|size| format!(" (the CPU's largest: {})", bytes(size))).unwrap_or_default();
    if stages.iter().any(|stage| stage.caches == Caches::Cold) {
        return format!(
            "caches are cold: each call takes other tensors, of {of} each, so many that none of them is still in a cache"
        );
    }
    format!(
        "caches are hot: calls and copies repeat on the same 2 to 5 tensors of {of} each, nothing is flushed between them, and \
         what fits a cache comes from it{last}"
    )
}

/// Bytes of the CPU's largest cache, where Linux tells.
fn last_level() -> Option<u64> {
    let caches = fs::read_dir("/sys/devices/system/cpu/cpu0/cache").ok()?.flatten();
    caches.filter_map(|cache| parse(&fs::read_to_string(cache.path().join("size")).ok()?)).max()
}

/// A size as Linux writes it: `32768K`.
fn parse(text: &str) -> Option<u64> {
    let text = text.trim();
    let unit = text.strip_suffix('K').map(|digits| (digits, 1 << 10));
    let (digits, unit) = unit.or_else(|| Some((text.strip_suffix('M')?, 1 << 20))).unwrap_or((text, 1));
    digits.parse::<u64>().ok()?.checked_mul(unit)
}

/// In the largest unit of which there is one.
pub(super) fn bytes(size: u64) -> String {
    let units = [("GiB", 1u64 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
    match units.iter().find(|(_, unit)| size >= *unit) {
        Some((name, unit)) => format!("{:.1} {name}", size as f64 / *unit as f64),
        None => format!("{size} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::{bytes, parse};

    #[test]
    fn sizes_of_caches() {
        let cases = [("32768K\n", Some(32 << 20)), ("2M", Some(2 << 20)), ("512", Some(512)), ("K", None), ("", None)];
        for (text, expected) in cases {
            assert_eq!(parse(text), expected, "{text:?}");
        }
    }

    #[test]
    fn bytes_in_words() {
        for (size, expected) in [(999, "999 bytes"), (1536, "1.5 KiB"), (4 << 20, "4.0 MiB"), (3 << 30, "3.0 GiB")] {
            assert_eq!(bytes(size), expected);
        }
    }
}
