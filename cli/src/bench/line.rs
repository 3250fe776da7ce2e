//! One line of the results: a pass of a function at a size, by the GPU, by the CPU or by both.

use serde_json::{Value, json};
use wgpu_activations::wgpu::AdapterInfo;
use wgpu_activations::{Pass, Storage};
use wgpu_activations_harness::cpu;
use wgpu_activations_harness::measure::{Caches, Job, Measurement, Sample, median, percentile, spread};

use crate::machine;
use crate::number;
use crate::text::Table;

pub(super) struct Line {
    pub(super) job: Job,
    /// Elements that the tensors have room for.
    pub(super) asked: u64,
    pub(super) caches: Caches,
    pub(super) function: &'static str,
    pub(super) pass: Pass,
    pub(super) dtype: Storage,
    pub(super) elements: u64,
    pub(super) length: u64,
    /// Bytes read and written.
    pub(super) bytes: f64,
    pub(super) gpu: Option<Measurement>,
    /// What that was reduced from: one for each repetition.
    pub(super) samples: Vec<Sample>,
    pub(super) cpu: Option<Cpu>,
    /// Seconds that the inputs take to the GPU and the outputs back.
    pub(super) moving: Option<f64>,
}

/// Seconds of a call on the CPU.
pub(super) struct Cpu {
    pub(super) seconds: f64,
    pub(super) spread: [f64; 2],
    /// Of each repetition.
    pub(super) samples: Vec<f64>,
}

impl Cpu {
    pub(super) fn of(samples: Vec<f64>) -> Option<Self> {
        let (seconds, spread) = (median(samples.clone()), spread(samples.clone()));
        (!samples.is_empty()).then_some(Self { seconds, spread, samples })
    }
}

/// What files call it.
pub(super) fn caches(caches: Caches) -> &'static str {
    if caches == Caches::Cold { "cold" } else { "hot" }
}

/// A number in the formats that machines read.
type Figure = (&'static str, Option<f64>);

impl Line {
    /// Of a job with these figures; `transfers` are the seconds of a tensor there and back.
    pub(super) fn new(
        job: &Job,
        (elements, caches): (u64, Caches),
        gpu: Option<(Measurement, Vec<Sample>)>,
        cpu: Option<Cpu>,
        transfers: Option<[f64; 2]>,
    ) -> Self {
        let [inputs, outputs] = cpu::tensors(&job.of, job.pass).unwrap_or_default();
        let (gpu, samples) = gpu.unzip();
        let used = gpu.as_ref().map_or(elements / job.length * job.length, |m| m.elements);
        Self {
            job: *job,
            asked: elements,
            caches,
            function: job.of.name(),
            pass: job.pass,
            dtype: gpu.as_ref().map_or(Storage::F32, |m| m.storage),
            elements: used,
            length: job.length,
            bytes: gpu.as_ref().map_or(4.0 * (inputs + outputs) * used as f64, |m| m.bytes),
            gpu,
            samples: samples.unwrap_or_default(),
            cpu,
            moving: transfers.map(|[up, down]| inputs * up + outputs * down),
        }
    }

    /// Billions of bytes per second.
    pub(super) fn rate(&self, seconds: f64) -> f64 {
        1e-9 * self.bytes / seconds
    }

    pub(super) fn gpu_rate(&self) -> Option<f64> {
        self.gpu.as_ref().map(|m| m.gb_per_s)
    }

    pub(super) fn cpu_rate(&self) -> Option<f64> {
        self.cpu.as_ref().map(|cpu| self.rate(cpu.seconds))
    }

    /// Function and pass, and the length of rows.
    pub(super) fn title(&self) -> String {
        let rows = if self.length > 1 { format!(", rows of {}", self.length) } else { String::new() };
        format!("{} {}{rows}", self.function, self.pass)
    }

    /// The seconds of a call that this part of the repetitions did not exceed.
    pub(super) fn percentile(&self, part: f64) -> Option<f64> {
        let m = self.gpu.as_ref()?;
        Some(percentile(self.samples.iter().map(|s| s.call.seconds(m.by_device)).collect(), part))
    }

    fn figures(&self) -> [Figure; 15] {
        let gpu = |value: fn(&Measurement) -> f64| self.gpu.as_ref().map(value);
        let cpu = |value: fn(&Cpu) -> f64| self.cpu.as_ref().map(value);
        [
            ("gpu_seconds", gpu(|m| m.seconds)),
            ("gpu_seconds_low", gpu(|m| m.spread[0])),
            ("gpu_seconds_high", gpu(|m| m.spread[1])),
            ("gpu_seconds_p5", self.percentile(0.05)),
            ("gpu_seconds_p95", self.percentile(0.95)),
            ("gpu_seconds_alone", gpu(|m| m.alone)),
            ("gpu_gb_per_s", self.gpu_rate()),
            ("copy_kernel_ratio", gpu(|m| m.copy_kernel_ratio)),
            ("buffer_copy_ratio", gpu(|m| m.buffer_copy_ratio)),
            ("transfer_seconds", self.moving.filter(|_| self.cpu.is_some())),
            ("cpu_seconds", cpu(|c| c.seconds)),
            ("cpu_seconds_low", cpu(|c| c.spread[0])),
            ("cpu_seconds_high", cpu(|c| c.spread[1])),
            ("cpu_gb_per_s", self.cpu_rate()),
            ("cpu_over_gpu", self.gpu.as_ref().zip(self.cpu.as_ref()).map(|(m, c)| c.seconds / m.seconds)),
        ]
    }

    /// Which clock the GPU's times are by.
    pub(super) fn clock(&self) -> Option<&'static str> {
        self.gpu.as_ref().map(|m| if m.by_device { "timestamps" } else { "wall" })
    }

    pub(super) fn to_json(&self) -> Value {
        let mut value = json!({
            "function": self.function,
            "pass": self.pass.to_string(),
            "dtype": self.dtype.to_string(),
            "elements": self.elements,
            "row": self.length,
            "caches": caches(self.caches),
            "gpu_clock": self.clock(),
        });
        for (name, figure) in self.figures() {
            value[name] = figure.map_or(Value::Null, number::json);
        }
        value
    }
}

/// One line of text for each line of results, with what they were measured on; no figure is an empty field.
pub(super) fn csv(lines: &[Line], info: Option<&AdapterInfo>) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let of = |f: fn(&AdapterInfo) -> String| info.map(|info| quoted(&f(info))).unwrap_or_default();
    let adapter = of(|info| info.name.clone());
    let driver = of(|info| format!("{} {}", info.driver, info.driver_info));
    let place = format!("{adapter},{driver},{},{}", quoted(&machine::cpu()), machine::date());
    let mut text = String::from("adapter,driver,cpu,date,function,pass,dtype,elements,row,gpu_clock");
    let Some(first) = lines.first() else { return text + "\n" };
    text.extend(first.figures().iter().flat_map(|(name, _)| [",", name]));
    for line in lines {
        let Line { function, pass, dtype, elements, length, .. } = line;
        let clock = line.clock().unwrap_or_default();
        text += &format!("\n{place},{function},{pass},{dtype},{elements},{length},{clock}");
        for (_, figure) in line.figures() {
            text += &figure.map_or(",".to_owned(), |v| format!(",{v}"));
        }
    }
    text + "\n"
}

/// What people read.
pub(super) fn table(lines: &[Line]) -> Table<11> {
    let mut table = Table::new([
        "function",
        "pass",
        ">row",
        ">elements",
        ">ms",
        ">+-%",
        ">GB/s",
        ">/ copy kernel",
        ">/ buffer copy",
        ">CPU ms",
        ">CPU GB/s",
    ]);
    for line in lines {
        let gpu = |value: &dyn Fn(&Measurement) -> String| line.gpu.as_ref().map(value).unwrap_or_default();
        table.row([
            line.function.into(),
            line.pass.to_string(),
            if line.length > 1 { line.length.to_string() } else { String::new() },
            line.elements.to_string(),
            gpu(&|m| milliseconds(m.seconds)),
            gpu(&|m| format!("{:.0}", 50.0 * (m.spread[1] - m.spread[0]) / m.seconds)),
            gpu(&|m| format!("{:.1}", m.gb_per_s)),
            gpu(&|m| format!("{:.2}", m.copy_kernel_ratio)),
            gpu(&|m| format!("{:.2}", m.buffer_copy_ratio)),
            line.cpu.as_ref().map(|cpu| milliseconds(cpu.seconds)).unwrap_or_default(),
            line.cpu_rate().map(|rate| format!("{rate:.1}")).unwrap_or_default(),
        ]);
    }
    table
}

/// How the times of calls are spread.
pub(super) fn percentiles(lines: &[Line]) -> Table<8> {
    let mut table =
        Table::new(["function", "pass", ">row", ">elements", ">samples", ">p5 ms", ">median ms", ">p95 ms"]);
    for line in lines {
        let Some(m) = &line.gpu else { continue };
        let at = |part: f64| line.percentile(part).map(milliseconds).unwrap_or_default();
        table.row([
            line.function.into(),
            line.pass.to_string(),
            if line.length > 1 { line.length.to_string() } else { String::new() },
            line.elements.to_string(),
            line.samples.len().to_string(),
            at(0.05),
            milliseconds(m.seconds),
            at(0.95),
        ]);
    }
    table
}

pub(super) fn milliseconds(seconds: f64) -> String {
    format!("{:.3}", seconds * 1e3)
}
