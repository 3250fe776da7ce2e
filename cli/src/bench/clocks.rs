//! The clocks of the GPU at the moment, and what holds them down, where the system tells.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use wgpu_activations::wgpu::AdapterInfo;

use crate::device;

const UNKNOWN: &str = "unknown";
/// The vendor number of NVIDIA on PCI.
const NVIDIA: u32 = 0x10de;
/// The bits of NVIDIA's `clocks_throttle_reasons.active`, as NVML names them.
const REASONS: [(u64, &str); 9] = [
    (0x1, "idle"),
    (0x2, "application clocks"),
    (0x4, "software power cap"),
    (0x8, "hardware slowdown"),
    (0x10, "sync boost"),
    (0x20, "software thermal slowdown"),
    (0x40, "hardware thermal slowdown"),
    (0x80, "hardware power brake"),
    (0x100, "display clocks"),
];

/// The clocks of an adapter now, in words.
pub(crate) fn clocks(info: &AdapterInfo) -> String {
    if device::is_software(info) {
        return UNKNOWN.to_owned();
    }
    let told = if info.vendor == NVIDIA { nvidia(&info.device_pci_bus_id) } else { amd(&info.device_pci_bus_id) };
    told.unwrap_or_else(|| UNKNOWN.to_owned())
}

fn nvidia(bus: &str) -> Option<String> {
    let mut command = Command::new("nvidia-smi");
    command.args(["--query-gpu=clocks.sm,clocks.mem,clocks_throttle_reasons.active", "--format=csv,noheader"]);
    if !bus.is_empty() {
        command.arg(format!("--id={bus}"));
    }
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok().filter(|_| output.status.success())?;
    // Without its place on the bus, the adapter is known only where there is no other.
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let line = lines.next()?;
    lines.next().is_none().then(|| parse_nvidia(line)).flatten()
}

/// A line of `nvidia-smi`: `1980 MHz, 2619 MHz, 0x0000000000000001`.
fn parse_nvidia(line: &str) -> Option<String> {
    let mut fields = line.split(',').map(str::trim);
    let (sm, memory, active) = (fields.next()?, fields.next()?, fields.next()?);
    let clock = |text: &str| text.strip_suffix("MHz").is_some_and(|number| number.trim().parse::<u32>().is_ok());
    if !clock(sm) || !clock(memory) {
        return None;
    }
    let reasons = active.strip_prefix("0x").and_then(|digits| u64::from_str_radix(digits, 16).ok());
    let held = reasons.map_or(UNKNOWN.to_owned(), |bits| {
        let named: Vec<&str> = REASONS.iter().filter(|(bit, _)| bits & bit != 0).map(|&(_, name)| name).collect();
        if named.is_empty() { "nothing".to_owned() } else { named.join(", ") }
    });
    Some(format!("SM {sm}, memory {memory}, held down by: {held}"))
}

/// What the kernel's driver for AMD GPUs tells of the card at this place of the bus.
fn amd(bus: &str) -> Option<String> {
    let cards = fs::read_dir("/sys/class/drm").ok()?.flatten().map(|entry| entry.path().join("device"));
    let mut told: Vec<PathBuf> = cards.filter(|card| card.join("pp_dpm_sclk").is_file()).collect();
    // Connectors, such as card0-DP-1, lead to no clocks of their own; still, each card counts once.
    let place = |card: &Path| fs::canonicalize(card).ok();
    told.sort_by_key(|card| place(card));
    told.dedup_by_key(|card| place(card));
    if !bus.is_empty() {
        told.retain(|card| place(card).is_some_and(|path| path.ends_with(bus)));
    }
    let [card] = &told[..] else { return None };
    let clock = |name: &str| parse_amd(&fs::read_to_string(card.join(name)).ok()?);
    let memory = clock("pp_dpm_mclk").map(|clock| format!(", memory {clock}")).unwrap_or_default();
    Some(format!("shader {}{memory}", clock("pp_dpm_sclk")?))
}

/// The clock of the line with a star: `1: 1801Mhz *`.
fn parse_amd(text: &str) -> Option<String> {
    let line = text.lines().find_map(|line| line.trim_end().strip_suffix('*'))?;
    let (_, clock) = line.split_once(':')?;
    let number: u32 = clock.trim().to_ascii_lowercase().strip_suffix("mhz")?.trim().parse().ok()?;
    Some(format!("{number} MHz"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_nvidia_smi() {
        let cases = [
            ("1980 MHz, 2619 MHz, 0x0000000000000000", Some("SM 1980 MHz, memory 2619 MHz, held down by: nothing")),
            ("345 MHz, 2619 MHz, 0x0000000000000001\n", Some("SM 345 MHz, memory 2619 MHz, held down by: idle")),
            (
                "1410 MHz, 1593 MHz, 0x0000000000000024",
                Some("SM 1410 MHz, memory 1593 MHz, held down by: software power cap, software thermal slowdown"),
            ),
            ("1410 MHz, 1593 MHz, [N/A]", Some("SM 1410 MHz, memory 1593 MHz, held down by: unknown")),
            ("[N/A], [N/A], 0x0000000000000000", None),
            ("No devices were found", None),
            ("1980 MHz, 2619 MHz", None),
            ("", None),
        ];
        for (line, expected) in cases {
            assert_eq!(parse_nvidia(line).as_deref(), expected, "{line:?}");
        }
    }

    #[test]
    fn clocks_of_amdgpu() {
        let cases = [
            ("0: 500Mhz \n1: 1801Mhz *\n2: 2575Mhz \n", Some("1801 MHz")),
            ("S: 19Mhz *\n0: 500Mhz \n1: 2575Mhz \n", Some("19 MHz")),
            ("0: 500Mhz \n1: 1801Mhz \n", None),
            ("1801Mhz *", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_amd(text).as_deref(), expected, "{text:?}");
        }
    }
}
