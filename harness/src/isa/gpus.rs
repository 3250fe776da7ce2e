//! Named GPUs: how many cycles their memory takes for some bytes.

/// What limits kernels on a GPU.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Gpu {
    /// Its name.
    pub name: &'static str,
    /// SIMDs, each of which works on one wave at a time.
    pub simds: u32,
    /// Their clock in GHz.
    pub clock: f64,
    /// The bandwidth of its memory in GB/s.
    pub bandwidth: f64,
    /// Where the figures stand.
    pub source: &'static str,
}

/// Some GPUs, from a game card to a data centre's.
pub const GPUS: &[Gpu] = &[
    Gpu {
        name: "RX 6800 XT",
        simds: 144,
        clock: 2.25,
        bandwidth: 512.0,
        source: "AMD, Radeon RX 6800 XT: 72 compute units, boost 2250 MHz, 512 GB/s",
    },
    Gpu {
        name: "RX 7900 XTX",
        simds: 192,
        clock: 2.5,
        bandwidth: 960.0,
        source: "AMD, Radeon RX 7900 XTX: 96 compute units, boost 2500 MHz, 960 GB/s",
    },
    Gpu {
        name: "H100 SXM",
        simds: 528,
        clock: 1.755,
        bandwidth: 3350.0,
        source: "NVIDIA, H100 data sheet: 132 multiprocessors of four parts, 3.35 TB/s; boost 1755 MHz",
    },
];

impl Gpu {
    /// Cycles of a SIMD in which its share of the bandwidth moves so many bytes.
    pub fn cycles(&self, bytes: f64) -> f64 {
        bytes / (self.bandwidth / (f64::from(self.simds) * self.clock))
    }

    /// The share of the bandwidth that a kernel can use which is busy for some cycles while it moves some bytes.
    pub fn share(&self, cycles: f64, bytes: f64) -> f64 {
        (self.cycles(bytes) / cycles).min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::GPUS;

    /// 128 elements of f16, read and written.
    #[test]
    fn an_h100_moves_3_6_bytes_per_cycle_and_simd() {
        let h100 = GPUS.iter().find(|gpu| gpu.name == "H100 SXM").unwrap();
        assert!((h100.cycles(512.0) - 142.0).abs() < 1.0 && (h100.share(284.0, 512.0) - 0.5).abs() < 0.01);
        assert_eq!(h100.share(10.0, 512.0), 1.0);
    }
}
