//! The option `--dtype`.

use clap::ValueEnum;
use wgpu_activations::Storage;

/// The storage type of tensors on the GPU.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Dtype {
    #[default]
    F32,
    F16,
    Bf16,
}

impl Dtype {
    pub(crate) fn storage(self) -> Storage {
        match self {
            Self::F32 => Storage::F32,
            Self::F16 => Storage::F16,
            Self::Bf16 => Storage::Bf16,
        }
    }
}
