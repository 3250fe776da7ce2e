//! For people whose function is not in the catalogue: a text joins at run time and goes through every door: slices, gates, kernels
//! recorded in a pass of your own, plans for other launchers, text to paste.

mod common;

use common::{Result, floats, read_floats, run};
use wgpu_activations::{Activation, Buffers, Gate, Gpu, Kernels, Limits, Spec, wgsl};

/// Cauchy's bump, with a trainable width.
const BUMP: &str = "
    // 1 / (1 + (x / width)^2)
    fn bump(x: f32, width: f32) -> f32 {
        let t = x / width;
        return 1.0 / (1.0 + t * t);
    }

    fn bump_dx(x: f32, width: f32) -> f32 {
        let y = bump(x, width);
        return -2.0 * x / (width * width) * y * y;
    }

    fn bump_dwidth(x: f32, width: f32) -> f32 {
        return -x / width * bump_dx(x, width);
    }
";

pub(crate) const X: [f32; 5] = [-2.0, -1.0, 0.0, 1.0, 2.0];

/// What every door gave: f(x) of slices, f'(x), df/dwidth summed up, f(x) x as a gate, f(x) of a recorded kernel of width 2.
pub(crate) fn doors(gpu: &Gpu) -> Result<[Vec<f32>; 5]> {
    let bump = Activation::custom("bump", BUMP, &[("width", 1.0)])?;
    let y = gpu.forward(bump, &X)?;
    let dx = gpu.backward(bump, &X, &[1.0; 5])?;
    let dwidth = gpu.param_gradient(bump, "width", &X, &[1.0; 5])?;
    let gated = gpu.forward(Gate::of(bump), (&X, &X))?;

    let (x, out) = (floats(gpu, &X), floats(gpu, &[0.0; 5]));
    let kernel = Kernels::new(gpu.device())?.get(Spec::forward(bump))?;
    let bound = kernel.bind(Buffers::forward(x.slice(..), out.slice(..)), X.len())?;
    bound.set_params(gpu.queue(), &[2.0])?;
    run(gpu, |pass| bound.record(pass))?;
    Ok([y, dx, dwidth, gated, read_floats(gpu, &out)?])
}

#[allow(dead_code)] // where it is tested
fn main() -> Result<()> {
    let [y, dx, dwidth, gated, wider] = doors(&Gpu::new()?)?;
    println!("bump      {y:?}");
    println!("bump'     {dx:?}");
    println!("d/dwidth  {dwidth:?}");
    println!("bump(x) x {gated:?}");
    println!("wider     {wider:?}");

    // For launchers that are not ours, and for kernels that are not.
    let bell = Activation::custom("bell", &BUMP.replace("bump", "bell"), &[("width", 1.0)])?;
    let plan = Spec::backward(bell).plan(1_000_000, &Limits::default())?;
    println!("a plan of {} launch over {:?}", plan.launches.len(), plan.launches[0].workgroups);
    println!("{} lines to paste", wgsl::snippet(&[bell]).to_string().lines().count());

    // What is wrong with a text is said before any GPU sees it.
    let dent = BUMP.replace("bump", "dent").replace("x / width;", "y;");
    println!("{}", Activation::custom("dent", &dent, &[]).unwrap_err());
    Ok(())
}
