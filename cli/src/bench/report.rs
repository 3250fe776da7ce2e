//! Everything that was measured, on what, and how it is told.

use anyhow::Result;
use serde_json::{Value, json};
use wgpu_activations::wgpu::AdapterInfo;
use wgpu_activations_harness::measure::Chain;

use super::baseline::Comparison;
use super::break_even::{self, BreakEven};
use super::collect::Transfers;
use super::line::{self, Line, milliseconds};
use super::model::Network;
use super::size::Size;
use crate::text::{Console, Table};
use crate::{device, machine, number};

/// Everything that was measured, and on what.
pub(super) struct Report {
    pub(super) info: Option<AdapterInfo>,
    pub(super) head: String,
    /// The GPU's clocks before and after.
    pub(super) clocks: Option<[String; 2]>,
    pub(super) lines: Vec<Line>,
    pub(super) transfers: Vec<Transfers>,
    pub(super) chain: Option<Chain>,
    /// Whose shapes were measured.
    pub(super) network: Option<Network>,
    /// What became of an earlier run's rows.
    pub(super) compared: Option<Comparison>,
}

/// A chain of small calls: elements, and calls in a pass.
pub(super) const CHAIN: (u64, u32) = (4096, 100);

impl Report {
    /// What is not the CPU, in words.
    pub(super) fn side(&self) -> String {
        match &self.info {
            Some(info) if device::is_software(info) => "software driver".to_owned(),
            Some(_) => "GPU".to_owned(),
            None => "CPU".to_owned(),
        }
    }

    /// Where the figures come from.
    pub(super) fn origin(&self) -> String {
        let adapter = self.info.as_ref().map(|info| format!("{} ({}), ", info.name, device::driver(info)));
        let adapter = adapter.unwrap_or_default();
        format!("{adapter}{}; {}; {}", machine::cpu(), machine::date(), machine::command())
    }

    pub(super) fn print(&self, console: Console) -> Result<()> {
        console.print(line::table(&self.lines))?;
        if let Some([_, after]) = &self.clocks {
            console.print(format_args!("clocks after: {after}\n"))?;
        }
        if let Some(clock) = self.clock() {
            console.print(format_args!("{clock}\n\ntransfers of one tensor:\n{}", self.transfer_table()))?;
        }
        let found = BreakEven::all(&self.lines);
        if !found.is_empty() {
            let side = self.side();
            console.print(format_args!("\nwhere the {side} is faster than the CPU:\n{}", break_even::table(&found)))?;
        }
        if let Some(calls) = self.small_calls() {
            console.print(format_args!("\n{calls}\n"))?;
        }
        if let Some(net) = &self.network {
            let (table, summary) = (net.table(&self.lines), net.summary(&self.lines));
            console.print(format_args!("\n{}:\n{table}{summary}", net.title()))?;
        }
        let Some(compared) = &self.compared else { return Ok(()) };
        console.print(format_args!("\n{}:\n{}{}\n", compared.title(), compared.table(), compared.summary()))
    }

    /// By which clock times are.
    pub(super) fn clock(&self) -> Option<&'static str> {
        self.info.as_ref()?;
        let stamped = self.lines.iter().filter_map(|line| line.gpu.as_ref()).filter(|m| m.by_device).count();
        Some(match stamped {
            0 => "times: wall clock over many calls in a submission; the device has no timestamps that are valid",
            n if n == self.lines.len() => "times: the device's timestamps; CPU and buffer copies by the wall clock",
            _ => "times: the device's timestamps where these are valid, else the wall clock",
        })
    }

    pub(super) fn small_calls(&self) -> Option<String> {
        let Chain { seconds, empty_seconds, ratio, .. } = self.chain?;
        let [own, empty] = [seconds, empty_seconds].map(|seconds| format!("{:.1} us", seconds * 1e6));
        let (elements, calls) = CHAIN;
        let what = format!("small calls: relu of {elements} elements, {calls} in a pass");
        Some(format!("{what}: {own} each, an empty dispatch {empty}: {ratio:.2} of these"))
    }

    pub(super) fn transfer_table(&self) -> Table<5> {
        let mut table = Table::new([">elements", ">upload ms", ">GB/s", ">download ms", ">GB/s"]);
        for Transfers { elements, bytes, seconds } in &self.transfers {
            let [up, down] = seconds.map(|s| [milliseconds(s), format!("{:.1}", 1e-9 * bytes / s)]);
            let ([up, up_rate], [down, down_rate]) = (up, down);
            table.row([Size(*elements).to_string(), up, up_rate, down, down_rate]);
        }
        table
    }

    pub(super) fn to_json(&self) -> Value {
        let transfers = |t: &Transfers| {
            let [upload, download] = t.seconds.map(number::json);
            json!({ "elements": t.elements, "upload_seconds": upload, "download_seconds": download })
        };
        let chain = |chain: &Chain| {
            json!({
                "elements": CHAIN.0,
                "calls": CHAIN.1,
                "seconds": number::json(chain.seconds),
                "empty_seconds": number::json(chain.empty_seconds),
                "ratio": number::json(chain.ratio),
            })
        };
        json!({
            "adapter": self.info.as_ref().map(device::to_json),
            "cpu": machine::cpu(),
            "date": machine::date(),
            "command": machine::command(),
            "clocks": self.clocks.as_ref().map(|[before, after]| json!({ "before": before, "after": after })),
            "results": self.lines.iter().map(Line::to_json).collect::<Vec<_>>(),
            "transfers": self.transfers.iter().map(transfers).collect::<Vec<_>>(),
            "break_even": BreakEven::all(&self.lines).iter().map(BreakEven::to_json).collect::<Vec<_>>(),
            "network": self.network.as_ref().map(|network| network.to_json(&self.lines)),
            "comparison": self.compared.as_ref().map(Comparison::to_json),
            "small_calls": self.chain.as_ref().map(chain),
        })
    }
}
