//! How fast the functions are on a given adapter, beside plain copies of the same data.
//!
//! Times of a shared machine mean little alone, so every repetition of a job stands between a kernel that only copies as
//! many tensors and a `copy_buffer_to_buffer`; the ratios are medians over repetitions.
//!
//! ```no_run
//! use wgpu_activations::{Gpu, Pass, activation::GELU, measure};
//! let gpu = Gpu::new()?;
//! for m in measure::run(&gpu, &[(&GELU, Pass::Forward)], 1 << 20, 9, &mut |_, _| {})? {
//!     println!("{} {}: {:.1} GB/s, {:.2} copies", m.function, m.pass, m.gb_per_s, m.copy_kernel_ratio);
//! }
//! # Ok::<(), wgpu_activations::Error>(())
//! ```

use std::time::{Duration, Instant};

use crate::activation::Activation;
use crate::check::ulps;
use crate::error::{Error, Result};
use crate::gpu::{Bound, Buffers, Gpu};
use crate::plan::{Pass, Spec};
use crate::reference;

/// A submission is made to last about this long, so that its own cost hardly counts.
const BATCH: Duration = Duration::from_millis(8);
/// Results compared with the reference, at either end of the tensor.
const PROBE: u64 = 4096;

/// The speed of one pass of a function.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Measurement {
    /// The function.
    pub function: &'static str,
    /// What was computed.
    pub pass: Pass,
    /// Elements of each tensor.
    pub elements: u64,
    /// Median seconds of a call, by the wall clock over many calls in one submission.
    pub seconds: f64,
    /// Bytes read once and written once, per second.
    pub gb_per_s: f64,
    /// Median of the time over that of a kernel that only copies as many tensors.
    pub copy_kernel_ratio: f64,
    /// Median of the time over that of `copy_buffer_to_buffer` for as many bytes.
    pub buffer_copy_ratio: f64,
}

/// The tensors of a measurement.
struct Tensors {
    x: wgpu::Buffer,
    dy: wgpu::Buffer,
    out: wgpu::Buffer,
    elements: u64,
}

/// Something to time.
enum Work<'a> {
    Kernel(&'a Bound),
    BufferCopy,
}

/// Measures the jobs on tensors of `elements` elements: `repetitions` rounds over all of them. `progress` is told how many
/// steps of how many are done. Only passes from tensors to a tensor can be measured.
///
/// # Errors
/// [`Error::WrongAnswer`] where a result is not what the reference gives, and whatever [`Gpu`] returns.
pub fn run(
    gpu: &Gpu,
    jobs: &[(&'static Activation, Pass)],
    elements: u64,
    repetitions: usize,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Vec<Measurement>> {
    if elements == 0 || jobs.is_empty() {
        return Ok(Vec::new());
    }
    let tensors = Tensors::new(gpu, elements)?;
    let copies = [Pass::Forward, Pass::Backward].map(|pass| tensors.bind(gpu, Spec::copy(pass)));
    let [copy1, copy2] = copies;
    let (copy1, copy2) = (copy1?, copy2?);
    let bound = |&(activation, pass): &(&'static Activation, Pass)| -> Result<_> {
        let spec = match pass {
            Pass::Forward => Spec::forward(activation),
            Pass::Backward => Spec::backward(activation),
            Pass::BackwardFromOutput => Spec::backward_from_output(activation),
            Pass::ParamGradient(_) => {
                return Err(Error::WrongBuffers {
                    function: activation.name,
                    expected: "a pass from tensors to a tensor",
                });
            }
        };
        Ok((activation, pass, tensors.bind(gpu, spec)?))
    };
    let jobs = jobs.iter().map(bound).collect::<Result<Vec<_>>>()?;

    // The first calls warm up, check the answers, and tell how many calls fill a batch.
    for (activation, pass, job) in &jobs {
        tensors.time(gpu, &Work::Kernel(job), 1)?;
        tensors.verify(gpu, activation, *pass)?;
    }
    tensors.time(gpu, &Work::Kernel(&copy1), 1)?;
    let once = tensors.time(gpu, &Work::Kernel(&copy1), 4)?;
    let calls = (BATCH.as_secs_f64() / once).ceil().clamp(1.0, 256.0) as u32;

    let total = repetitions * jobs.len();
    let mut samples = vec![Vec::new(); jobs.len()];
    for repetition in 0..repetitions {
        for (k, ((_, pass, job), samples)) in jobs.iter().zip(&mut samples).enumerate() {
            progress(repetition * jobs.len() + k, total);
            let copy = if *pass == Pass::Forward { &copy1 } else { &copy2 };
            let [kernel, job, buffer] =
                [Work::Kernel(copy), Work::Kernel(job), Work::BufferCopy].map(|work| tensors.time(gpu, &work, calls));
            samples.push([job?, kernel?, buffer?]);
        }
    }
    progress(total, total);
    let result = jobs.iter().zip(&samples).map(|((activation, pass, _), samples)| {
        let of = |value: &dyn Fn(&[f64; 3]) -> f64| median(samples.iter().map(value).collect());
        let tensors = if *pass == Pass::Forward { 2.0 } else { 3.0 };
        let seconds = of(&|s| s[0]);
        Measurement {
            function: activation.name,
            pass: *pass,
            elements,
            seconds,
            gb_per_s: tensors * 4e-9 * elements as f64 / seconds,
            copy_kernel_ratio: of(&|s| s[0] / s[1]),
            buffer_copy_ratio: of(&|s| s[0] / (s[2] * tensors / 2.0)),
        }
    });
    Ok(result.collect())
}

/// The middle of some numbers, or NaN if there are none.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// x in [-4, 4) and dy in [-1, 1) of an element: a cheap pattern in which neighbours differ.
fn pattern(i: u64) -> (f32, f32) {
    let phase = |factor: u64| (i.wrapping_mul(factor) % 65536) as f32 / 32768.0 - 1.0;
    (4.0 * phase(40_503), phase(10_007))
}

impl Tensors {
    fn new(gpu: &Gpu, elements: u64) -> Result<Self> {
        let [x, dy, out] = ["x", "dy", "out"].map(|what| gpu.link().storage(elements, what));
        let tensors = Self { x: x?, dy: dy?, out: out?, elements };
        let len = usize::try_from(elements).unwrap_or(usize::MAX);
        for (buffer, second) in [(&tensors.x, false), (&tensors.dy, true)] {
            let value = |i| if second { pattern(i as u64).1 } else { pattern(i as u64).0 };
            let values: Vec<f32> = (0..len).map(value).collect();
            gpu.link().upload(buffer, &values)?;
        }
        Ok(tensors)
    }

    fn bind(&self, gpu: &Gpu, spec: Spec) -> Result<Bound> {
        let (x, dy, out) = (self.x.slice(..), self.dy.slice(..), self.out.slice(..));
        let buffers = if spec.pass() == Pass::Forward { Buffers::unary(x, out) } else { Buffers::binary(x, dy, out) };
        let extent = crate::Extent { outer: self.elements, channels: 1, inner: 1 };
        gpu.kernels().get(spec)?.bind(buffers, extent)
    }

    /// Seconds of one of `calls` calls.
    fn time(&self, gpu: &Gpu, work: &Work<'_>, calls: u32) -> Result<f64> {
        let mut encoder = gpu.device().create_command_encoder(&Default::default());
        match work {
            Work::Kernel(bound) => {
                let mut pass = encoder.begin_compute_pass(&Default::default());
                (0..calls).for_each(|_| bound.record(&mut pass));
            }
            Work::BufferCopy => {
                (0..calls).for_each(|_| encoder.copy_buffer_to_buffer(&self.x, 0, &self.out, 0, self.x.size()));
            }
        }
        let start = Instant::now();
        gpu.run(encoder)?;
        Ok(start.elapsed().as_secs_f64() / f64::from(calls))
    }

    /// Fails unless both ends of the output are what the reference gives.
    fn verify(&self, gpu: &Gpu, activation: &'static Activation, pass: Pass) -> Result<()> {
        let len = self.elements.min(PROBE);
        for start in [0, (self.elements - len) / 4 * 4] {
            let (x, dy): (Vec<f32>, Vec<f32>) = (start..start + len).map(pattern).unzip();
            let got = gpu.read(&self.out, start, len as usize)?;
            let expected = match pass {
                Pass::Forward => reference::forward(activation, &x)?,
                Pass::BackwardFromOutput => reference::backward_from_output(activation, &x, &dy)?,
                _ => reference::backward(activation, &x, &dy)?,
            };
            let params: Vec<f64> = activation.params.iter().map(|p| f64::from(p.default as f32)).collect();
            // The product with dy rounds once more.
            let wrong = (0..got.len()).find(|&i| {
                let factor = if pass == Pass::Forward { 1.0 } else { f64::from(dy[i]) };
                let term = activation.largest_term(pass, f64::from(x[i]), &params) * factor;
                ulps(got[i], expected[i], term) > activation.bound(pass) + 1.0
            });
            if let Some(i) = wrong {
                let (function, pass) = (activation.name, pass.to_string());
                return Err(Error::WrongAnswer { function, pass, at: x[i], got: got[i], expected: expected[i] });
            }
        }
        Ok(())
    }
}
