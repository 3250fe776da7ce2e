//! For people who have a slice of numbers and no GPU code at all.

use wgpu_activations::activation::{GELU, LEAKY_RELU, PRELU};
use wgpu_activations::{Activation, Extent, Gpu};

fn main() -> Result<(), wgpu_activations::Error> {
    let gpu = Gpu::new()?;
    println!("on {} through {}", gpu.info().name, gpu.info().backend);

    let x: Vec<f32> = (-4..=4).map(|i| i as f32).collect();
    let dy = vec![1.0; x.len()];
    println!("gelu        {:?}", gpu.forward(&GELU, &x)?);
    println!("gelu'       {:?}", gpu.backward(&GELU, &x, &dy)?);
    println!("leaky relu  {:?}", gpu.forward(LEAKY_RELU.with(0.2), &x)?);

    // Any function by its name, with named parameters.
    let hardtanh = Activation::find("hardtanh")?.function().set("max_val", 2.0)?;
    println!("hardtanh    {:?}", gpu.forward(&hardtanh, &x)?);

    // A [3, 3] tensor with a weight for each of its columns, and the gradient along the weights.
    let weights = [0.1, 0.2, 0.3];
    let prelu = PRELU.function().per_channel(&weights, Extent::along(&[3, 3], 1)?);
    println!("prelu       {:?}", gpu.forward(&prelu, &x)?);
    println!("d/d weight  {:?}", gpu.param_gradient(&prelu, "weight", &x, &dy)?);
    Ok(())
}
