//! The number types that tensors on the host may have.

use half::{bf16, f16};

use super::Storage;

mod sealed {
    pub trait Sealed {}
}

/// A number that [`Gpu`](crate::Gpu) takes slices of: `f32`, [`half::f16`] and [`half::bf16`].
///
/// Kernels compute in `f32` whatever it is, and round a result once, as [`Storage`] says.
///
/// ```no_run
/// use wgpu_activations::{Gpu, activation::GELU, half::bf16};
/// let x = [-1.0, 0.5].map(bf16::from_f32);
/// let y: Vec<bf16> = Gpu::new()?.forward(&GELU, &x)?;
/// # Ok::<(), wgpu_activations::Error>(())
/// ```
pub trait Element: bytemuck::Pod + Into<f32> + Send + Sync + sealed::Sealed {
    /// How tensors of it are stored.
    const STORAGE: Storage;
}

macro_rules! elements {
    ($($ty:ty: $storage:ident),*) => {$(
        impl sealed::Sealed for $ty {}

        impl Element for $ty {
            const STORAGE: Storage = Storage::$storage;
        }
    )*};
}

elements!(f32: F32, f16: F16, bf16: Bf16);
