//! Functions that join at run time: in every pass, and whatever their texts are.

#[path = "../common/mod.rs"]
mod common;
#[path = "../../fuzz/replay.rs"]
mod replay;

mod hostile;
mod judge;
mod judged;
mod mixed;
mod pair;
mod passes;
mod wrong;

use wgpu_activations::{Activation, Error};

/// Linear on either side, with all that is optional.
const LEAK: &str = "
    const leak_none = 0.0; // where the sides meet

    fn leak_side(x: f32, slope: f32) -> f32 {
        return select(slope, 1.0, x > leak_none);
    }

    fn leak(x: f32, slope: f32) -> f32 {
        return x * leak_side(x, slope);
    }

    fn leak_dx(x: f32, slope: f32) -> f32 {
        return leak_side(x, slope);
    }

    fn leak_dx_from_y(y: f32, slope: f32) -> f32 {
        return leak_side(y, slope);
    }

    fn leak_dslope(x: f32, slope: f32) -> f32 {
        return min(x, 0.0);
    }
";

/// The same text under another name.
fn named(text: &str, old: &str, new: &str) -> String {
    text.replace(old, new)
}

fn leak() -> &'static Activation {
    Activation::custom("leak", LEAK, &[("slope", 0.25)]).unwrap()
}

/// The line and the reason that a text is refused for.
#[track_caller]
fn refused(name: &str, text: &str, params: &[(&str, f64)]) -> (Option<usize>, String) {
    match Activation::custom(name, text, params) {
        Err(Error::Custom { line, reason, .. }) => (line, reason),
        other => panic!("{name}: {other:?}\n{text}"),
    }
}
