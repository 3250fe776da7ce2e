//! Calls on slices: what a call computes, cut into pieces that go through the device one after the other.

mod elements;
mod halves;
mod pool;
mod rows;
mod stream;

pub(super) use pool::Pool;
use stream::{Piece, Run, capacity, range, scatter};

use bytemuck::Zeroable;

use super::device::Gpu;
use crate::error::Result;
use crate::function::{Call, With};
use crate::plan::{Slot, Spec};
use crate::tensor::{Element, Inputs, Pass};

/// A blocking method and its asynchronous twin.
macro_rules! twins {
    ($(#[$doc:meta])* $name:ident / $twin:ident ($($arg:ident: $ty:ty),*) -> $out:ty, |$gpu:ident, $f:ident| $body:block) => {
        $(#[$doc])*
        #[cfg(not(target_arch = "wasm32"))]
        pub fn $name<'a, I: Inputs>(&self, function: impl Into<With<'a>>, $($arg: $ty),*) -> Result<$out> {
            pollster::block_on(self.$twin(function, $($arg),*))
        }

        $(#[$doc])*
        pub async fn $twin<'a, I: Inputs>(&self, function: impl Into<With<'a>>, $($arg: $ty),*) -> Result<$out> {
            let ($gpu, $f) = (self, function.into());
            $body
        }
    };
}

impl Gpu {
    twins! {
        /// y = f(x), or y of a and b: as long as x, half as long for the halves of one tensor, twice for what doubles, and one
        /// element a row where the function [reduces](crate::RowFunction::reduces).
        ///
        /// ```no_run
        /// use wgpu_activations::{Extent, Gpu, Halves, activation::GELU, gate::SWIGLU, row::SOFTMAX};
        /// let (gpu, x, gates) = (Gpu::new()?, vec![1.0; 2 * 8 * 3], vec![0.5; 2 * 8 * 3]);
        /// let y = gpu.forward(&GELU, &x)?;
        /// let y = gpu.forward(&SWIGLU, (&gates, &x))?;
        /// let extent = Extent::along(&[2, 8, 3], 1)?;
        /// let y = gpu.forward(SWIGLU.halves(extent, Halves::Split), &x)?; // [2, 4, 3]
        /// let y = gpu.forward(SOFTMAX.along(extent), &x)?;
        /// # Ok::<(), wgpu_activations::Error>(())
        /// ```
        ///
        /// # Errors
        /// [`Error::WrongTensors`](crate::Error::WrongTensors) for tensors, axes or masks other than the function takes;
        /// [`Error::ParameterCount`](crate::Error::ParameterCount), [`Error::ParameterRange`](crate::Error::ParameterRange),
        /// [`Error::Length`](crate::Error::Length) and [`Error::Extent`](crate::Error::Extent) for what does not fit together;
        /// [`Error::TooLarge`](crate::Error::TooLarge), [`Error::OutOfMemory`](crate::Error::OutOfMemory) and
        /// [`Error::DeviceLost`](crate::Error::DeviceLost).
        forward / forward_async (inputs: I) -> Vec<I::Element>, |gpu, f| {
            let [y, _] = gpu.map(&f, Pass::Forward, &inputs, None).await?;
            Ok(y)
        }
    }

    twins! {
        /// dx = dy f'(x), or da and db of a, b and dy in one pass over them.
        ///
        /// Row-wise functions take their gradient from x or from y as [`RowFunction::gradient`](crate::RowFunction::gradient)
        /// says, activations from x unless they are made [`With::from_output`].
        ///
        /// ```no_run
        /// use wgpu_activations::{Extent, Gpu, activation::TANH, gate::SWIGLU, row::SOFTMAX};
        /// let (gpu, x, dy) = (Gpu::new()?, [1.0, 2.0, 3.0, 0.5], [1.0; 4]);
        /// let dx = gpu.backward(&TANH, &x, &dy)?;
        /// let dx = gpu.backward(TANH.function().from_output(), &gpu.forward(&TANH, &x)?, &dy)?;
        /// let (da, db) = gpu.backward(&SWIGLU, (&x, &x), &dy)?;
        /// let softmax = SOFTMAX.along(Extent::along(&[2, 2], -1)?);
        /// let y = gpu.forward(&softmax, &x)?;
        /// let dx = gpu.backward(&softmax, &y, &dy)?;
        /// # Ok::<(), wgpu_activations::Error>(())
        /// ```
        ///
        /// # Errors
        /// As [`Gpu::forward`], and [`Error::NoGradient`](crate::Error::NoGradient) and
        /// [`Error::NoOutputDerivative`](crate::Error::NoOutputDerivative).
        backward / backward_async (inputs: I, dy: &[I::Element]) -> I::Gradients<I::Element>, |gpu, f| {
            Ok(I::gradients(gpu.map(&f, f.backward_pass(), &inputs, Some(dy)).await?))
        }
    }

    twins! {
        /// The sum of dy df/dp for the named parameter, for each channel if it has a value for each. The order of the sum
        /// is fixed: results repeat bit for bit.
        ///
        /// # Errors
        /// As [`Gpu::backward`], [`Error::UnknownParameter`](crate::Error::UnknownParameter) and
        /// [`Error::NotTrainable`](crate::Error::NotTrainable).
        param_gradient / param_gradient_async (name: &str, inputs: I, dy: &[I::Element]) -> Vec<f32>, |gpu, f| {
            gpu.sum(&f, name, &inputs, dy).await
        }
    }

    async fn map<I: Inputs>(
        &self,
        f: &With<'_>,
        pass: Pass,
        inputs: &I,
        dy: Option<&[I::Element]>,
    ) -> Result<[Vec<I::Element>; 2]> {
        let tensors = Tensors::new(f, pass, inputs, dy)?;
        let (mut spec, size) = (Spec::of(f, pass).storage(I::Element::STORAGE), I::Element::STORAGE.bytes());
        let count = tensors.x[0].len() as u64;
        let (ins, outs) = (tensors.elements().count(), if dy.is_some() { I::COUNT } else { 1 });
        let pieces = match tensors.call {
            Call::Elements(_) | Call::Pairs(_) => elements::pieces(f, count, size, ins, outs),
            Call::Halves(_, block) => {
                // Blocks of any kind are whole halves of a piece; with values per channel the axis stays as it is.
                spec = if f.channels().is_some() { spec } else { spec.in_blocks() };
                halves::of_pairs(f, count, block, size, dy.is_some())
            }
            Call::Doubles(_, block) => halves::of_doubles(count, block, size, dy.is_some()),
            Call::Rows(row, extent) => rows::pieces(row, extent, size, dy.is_some(), tensors.mask.map(<[_]>::len)),
        };
        spec.check()?;
        let lengths = if dy.is_some() { tensors.x.map(<[_]>::len) } else { [tensors.y, 0] };
        let mut results = lengths.map(|len| vec![I::Element::zeroed(); len]);
        let padded = matches!(tensors.call, Call::Elements(_) | Call::Pairs(_));
        let (run, inputs) = tensors.run(f, spec, outs, pieces, padded);
        self.stream(run, |piece, k, bytes| {
            if let (Some(result), Some(parts)) = (results.get_mut(k), piece.parts.get(inputs + k)) {
                scatter(bytemuck::cast_slice_mut(result), parts, bytes);
            }
        })
        .await?;
        Ok(results)
    }

    async fn sum<I: Inputs>(&self, f: &With<'_>, name: &str, inputs: &I, dy: &[I::Element]) -> Result<Vec<f32>> {
        let (index, _) = f.op().trainable(name)?;
        let pass = Pass::ParamGradient(index);
        let tensors = Tensors::new(f, pass, inputs, Some(dy))?;
        let (spec, size) = (Spec::of(f, pass).storage(I::Element::STORAGE), I::Element::STORAGE.bytes());
        spec.check()?;
        let pieces = elements::sums(f, dy.len() as u64, size);
        let mut sums = vec![0.0f64; f.channels().map_or(1, |e| e.channels as usize)];
        let (run, _) = tensors.run(f, spec, 1, pieces, false);
        self.stream(run, |piece, _, bytes| {
            // The output's parts are the sums that a piece adds to.
            let at = piece.parts.last().and_then(|parts| parts.first()).map_or(0, |part| part.start / 4);
            let terms = bytes.chunks_exact(4).map(bytemuck::pod_read_unaligned::<f32>);
            sums[at..].iter_mut().zip(terms).for_each(|(sum, term)| *sum += f64::from(term));
        })
        .await?;
        Ok(sums.into_iter().map(|sum| sum as f32).collect())
    }
}

/// The tensors of a call, which fit its function.
struct Tensors<'a, T> {
    call: Call,
    /// Elements of y.
    y: usize,
    x: [&'a [T]; 2],
    count: usize,
    dy: Option<&'a [T]>,
    mask: Option<&'a [T]>,
}

impl<'a, T: Element> Tensors<'a, T> {
    fn new<I: Inputs<Element = T>>(f: &With<'a>, pass: Pass, inputs: &'a I, dy: Option<&'a [T]>) -> Result<Self> {
        let x = inputs.tensors();
        let (call, y) = f.call(pass, &x.map(<[T]>::len)[..I::COUNT], dy.map(<[T]>::len))?;
        let mask = if pass == Pass::Forward { f.mask_of()? } else { None };
        Ok(Self { call, y: y as usize, x, count: I::COUNT, dy, mask })
    }

    /// All that is read of elements.
    fn elements(&self) -> impl Iterator<Item = &'a [T]> {
        self.x.into_iter().take(self.count).chain(self.dy).chain(self.mask)
    }

    /// As a run of a kernel, with the values per channel behind the elements; and the number of inputs.
    fn run<'r>(&self, f: &'r With<'_>, spec: Spec, outs: usize, pieces: Vec<Piece>, padded: bool) -> (Run<'r>, usize)
    where
        'a: 'r,
    {
        let weights = f.channels().map(|_| (Slot::Weights, bytemuck::cast_slice(f.params())));
        let elements = self.elements().map(|tensor| bytemuck::cast_slice(tensor));
        let ins: Vec<(Slot, &'r [u8])> = [Slot::A, Slot::B, Slot::C].into_iter().zip(elements).chain(weights).collect();
        let count = ins.len();
        let params = if f.channels().is_some() { None } else { Some(f.params()) };
        let outs = [Slot::Out, Slot::Out2].into_iter().take(outs).collect();
        (Run { spec, params, ins, outs, pieces, padded }, count)
    }
}
