//! For pipelines that own their device, queue and encoder: compile once, bind to buffers, record in your own pass.

use wgpu_activations::activation::{LEAKY_RELU, SILU};
use wgpu_activations::{Buffers, Gpu, Kernels, Spec, wgpu};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Stands for a device that you have already.
    let gpu = Gpu::new()?;
    let (device, queue) = (gpu.device(), gpu.queue());
    let n = 1_000_003;
    let usage = wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC;
    let tensor = |label| {
        device.create_buffer(&wgpu::BufferDescriptor {
            label: Some(label),
            size: 4 * n as u64,
            usage,
            mapped_at_creation: false,
        })
    };
    let (x, y, dy, dx) = (tensor("x"), tensor("y"), tensor("dy"), tensor("dx"));

    let kernels = Kernels::new(device)?;
    let silu = kernels.get(Spec::forward(&SILU))?.bind(Buffers::forward(x.slice(..), y.slice(..)), n)?;
    let buffers = Buffers::new().x(x.slice(..)).dy(dy.slice(..)).dx(dx.slice(..)); // each by its role
    let back = kernels.get(Spec::backward(&SILU))?.bind(buffers, n)?;
    let leaky = kernels.get(Spec::forward(&LEAKY_RELU).in_place())?.bind(Buffers::new().x(y.slice(..)), n)?;
    leaky.set_params(queue, &[0.2])?; // nothing is compiled again

    let mut encoder = device.create_command_encoder(&Default::default());
    let mut pass = encoder.begin_compute_pass(&Default::default());
    silu.record(&mut pass); // recording cannot fail, submits nothing and allocates nothing
    leaky.record(&mut pass);
    back.record(&mut pass);
    drop(pass);
    queue.submit([encoder.finish()]);
    println!("{} dispatches recorded", silu.dispatches() + leaky.dispatches() + back.dispatches());
    Ok(())
}
