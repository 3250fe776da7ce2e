//! For people whose function is not in the catalogue: a text joins at run time and works like all others.

use wgpu_activations::{Activation, Gpu};

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

fn main() -> Result<(), wgpu_activations::Error> {
    let gpu = Gpu::new()?;
    let bump = Activation::custom("bump", BUMP, &[("width", 1.0)])?;
    let x = [-2.0, -1.0, 0.0, 1.0, 2.0];
    println!("bump     {:?}", gpu.forward(bump, &x)?);
    println!("wider    {:?}", gpu.forward(bump.with(2.0), &x)?);
    println!("bump'    {:?}", gpu.backward(bump, &x, &[1.0; 5])?);
    println!("d/dwidth {:?}", gpu.param_gradient(bump, "width", &x, &[1.0; 5])?);

    // What is wrong with a text is said before any GPU sees it.
    println!(
        "{}",
        Activation::custom("dent", &BUMP.replace("bump", "dent").replace("x / width;", "y;"), &[]).unwrap_err()
    );
    Ok(())
}
