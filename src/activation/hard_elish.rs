//! ELU gated by a hard sigmoid.
use crate::function::prelude::*;

/// HardELiSH: ELiSH with (x + 1) / 2, limited to [0, 1], for the sigmoid.
pub static HARD_ELISH: Activation = Activation {
    kind: Kind::SelfGated,
    formula: "(x >= 0 ? x : exp(x) - 1) min(max((x + 1) / 2, 0), 1)",
    derivative: "x <= -1 ? 0 : x >= 1 ? 1 : x >= 0 ? x + 1/2 : (exp(x) (x + 2) - 1) / 2",
    convention: "The paper's formula. Gradient 0 at -1 and 1 at 1, the smaller of the slopes on both sides; at 0 both are 1/2.",
    paper: "Basirat and Roth 2018, arXiv:1808.00783",
    kinks: |_| vec![-1.0, 1.0],
    roots: Some(Roots { near: |_| vec![-0.442854401002389], largest: |x, _| f64::max(0.5, x.exp() * (x + 2.0) / 2.0) }),
    bounds: Bounds::new(2.25, 1.5),
    ..Activation::new(
        "hard_elish",
        |x, _| if x <= -1.0 { 0.0 } else if x >= 1.0 { x } else { (if x >= 0.0 { x } else { x.exp_m1() }) * (x + 1.0) / 2.0 },
        |x, _| match x {
            x if x <= -1.0 => 0.0,
            x if x >= 1.0 => 1.0,
            x if x >= 0.0 => x + 0.5,
            x => (x.exp() * (x + 2.0) - 1.0) / 2.0,
        },
    )
};
