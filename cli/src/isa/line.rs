//! What is known of a kernel's machine code: a line of the table, and of JSON.

use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};
use wgpu_activations_harness::isa::GPUS;

use crate::text::Table;

/// How much worse than a baseline a figure may be.
const SLACK: f64 = 1.03;

/// A kernel's machine code.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Line {
    /// The family of GPUs, as the driver was told, or the device.
    pub(crate) target: String,
    pub(crate) function: String,
    pub(crate) pass: String,
    pub(crate) dtype: String,
    /// Which of several dispatches.
    pub(super) dispatch: usize,
    pub(super) instructions: u64,
    pub(super) registers: u64,
    pub(super) spills: u64,
    pub(super) waves: u64,
    /// Busy cycles of a SIMD for a wave, as the driver estimates.
    pub(super) cycles: Option<f64>,
    /// The same for 128 elements, where each invocation takes so many and no loop.
    pub(crate) per_128: Option<f64>,
    /// The same of a kernel that only moves as much.
    pub(crate) copy_per_128: Option<f64>,
    /// The same of the formula with WGSL's built-ins, in `f32`.
    pub(crate) naive_per_128: Option<f64>,
    /// Bytes that 128 elements move.
    pub(crate) bytes_of_128: Option<f64>,
}

impl Line {
    fn key(&self) -> [&str; 4] {
        [&self.target, &self.function, &self.pass, &self.dtype]
    }
}

/// The table, with the share of the bandwidth that each GPU's arithmetic leaves.
pub(super) fn table(lines: &[Line]) -> Table<14> {
    let mut table = Table::new([
        "target",
        "function",
        "pass",
        "dtype",
        ">instructions",
        ">registers",
        ">spills",
        ">waves",
        ">cycles",
        ">of 128",
        ">copy",
        ">RX 6800 XT",
        ">RX 7900 XTX",
        ">H100 SXM",
    ]);
    for line in lines {
        let number = |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:.0}"));
        let share = |name: &str| match (GPUS.iter().find(|gpu| gpu.name == name), line.per_128, line.bytes_of_128) {
            (Some(gpu), Some(cycles), Some(bytes)) => format!("{:.0} %", 100.0 * gpu.share(cycles, bytes)),
            _ => String::new(),
        };
        let pass = if line.dispatch == 0 { line.pass.clone() } else { format!("{} {}", line.pass, line.dispatch + 1) };
        table.row([
            line.target.clone(),
            line.function.clone(),
            pass,
            line.dtype.clone(),
            line.instructions.to_string(),
            line.registers.to_string(),
            line.spills.to_string(),
            line.waves.to_string(),
            number(line.cycles),
            number(line.per_128),
            number(line.copy_per_128),
            share("RX 6800 XT"),
            share("RX 7900 XTX"),
            share("H100 SXM"),
        ]);
    }
    table
}

/// Fails for kernels that spill registers, or that take more than before.
pub(super) fn verdict(lines: &[Line], baseline: &[Line]) -> Result<()> {
    let mut faults: Vec<String> = Vec::new();
    for line in lines {
        let name = format!("{} {} {} on {}", line.function, line.pass, line.dtype, line.target);
        if line.spills > 0 {
            faults.push(format!("{name} spills {} registers", line.spills));
        }
        let before = baseline.iter().find(|before| before.key() == line.key() && before.dispatch == line.dispatch);
        let figures = |line: &Line| [line.cycles, Some(line.instructions as f64)];
        for (what, (now, before)) in
            ["cycles", "instructions"].into_iter().zip(figures(line).into_iter().zip(before.map_or([None; 2], figures)))
        {
            if let (Some(now), Some(before)) = (now, before)
                && now > before * SLACK
            {
                faults.push(format!("{name}: {now:.0} {what}, {before:.0} before"));
            }
        }
    }
    ensure!(faults.is_empty(), "{}", faults.join("; "));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line() -> Line {
        Line {
            target: "navi21".into(),
            function: "relu".into(),
            pass: "forward".into(),
            dtype: "f32".into(),
            dispatch: 0,
            instructions: 30,
            registers: 12,
            spills: 0,
            waves: 16,
            cycles: Some(45.0),
            per_128: Some(45.0),
            copy_per_128: Some(42.0),
            naive_per_128: None,
            bytes_of_128: Some(1024.0),
        }
    }

    #[test]
    fn what_got_worse_is_told() {
        let worse = Line { cycles: Some(47.0), ..line() };
        assert!(verdict(&[line()], &[]).is_ok() && verdict(&[line()], &[line()]).is_ok());
        assert!(verdict(&[Line { cycles: Some(46.0), ..line() }], &[line()]).is_ok(), "within three in a hundred");
        let error = verdict(std::slice::from_ref(&worse), &[line()]).unwrap_err().to_string();
        assert_eq!(error, "relu forward f32 on navi21: 47 cycles, 45 before");
        assert!(verdict(&[worse], &[Line { dtype: "f16".into(), ..line() }]).is_ok(), "another kernel");
        let spills = verdict(&[Line { spills: 2, ..line() }], &[]).unwrap_err().to_string();
        assert_eq!(spills, "relu forward f32 on navi21 spills 2 registers");
    }

    #[test]
    fn the_table_says_what_memory_leaves() {
        let text = table(&[line(), Line { per_128: Some(1296.0), ..line() }]).to_string();
        assert!(text.contains("100 %") && text.contains("50 %"), "{text}");
    }
}
