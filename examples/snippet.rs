//! For people who write their own kernels: activation functions as WGSL text to fuse into them.

use wgpu_activations::activation::{GELU, SILU};
use wgpu_activations::wgsl;

fn main() -> Result<(), wgpu_activations::Error> {
    let functions = wgsl::snippet(&[&GELU, &SILU]).prefix("nn_")?;
    let kernel = "
@group(0) @binding(0) var<storage, read> gate: array<f32>;
@group(0) @binding(1) var<storage, read> up: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    if id.x < arrayLength(&out) {
        out[id.x] = nn_silu(gate[id.x]) * up[id.x];
    }
}
";
    println!("{functions}{kernel}");
    Ok(())
}
