//! Gated functions: one value decides how much of another passes, y = f(a) g(b), as in the feed-forward layers of
//! transformers. And [`CRELU`], which makes two values of one.
//!
//! Every elementwise activation makes a gate, `f(a) b`: those with names of their own are in [`ALL`], [`Gate::of`] gives
//! the others. Gates in another form are a pair of files, `shaders/gate/NAME.wgsl` and `src/gate/NAME.rs`.

mod crelu;
mod glu;
mod products;
mod rrelu_train;
mod situ_glu;
mod swiglu_clamp;
mod swiglu_step;

use std::sync::{Mutex, PoisonError};

pub use crelu::CRELU;
pub use glu::GLU;
pub use products::{BILINEAR, GEGLU, GEGLU_TANH, POW_GLU, QUICK_GEGLU, REGLU, SWIGLU};
pub use rrelu_train::RRELU_TRAIN;
pub use situ_glu::SITU_GLU;
pub use swiglu_clamp::{SWIGLU_CLAMP, SWIGLU_OAI};
pub use swiglu_step::SWIGLU_STEP;

use crate::function::{Activation, Form};
pub use crate::function::{Doubling, Gate, Output};

/// Every gate with a name of its own, in the order of the documentation.
pub static ALL: &[&Gate] = &[
    &GLU,
    &SWIGLU,
    &GEGLU,
    &GEGLU_TANH,
    &REGLU,
    &BILINEAR,
    &QUICK_GEGLU,
    &SWIGLU_CLAMP,
    &SWIGLU_OAI,
    &SWIGLU_STEP,
    &SITU_GLU,
    &POW_GLU,
    &RRELU_TRAIN,
];

/// The WGSL files of gates in a form of their own.
pub(crate) static SOURCES: &[(&str, &str)] = &[
    ("gate/crelu", include_str!("../../shaders/gate/crelu.wgsl")),
    ("gate/glu", include_str!("../../shaders/gate/glu.wgsl")),
    ("gate/rrelu_train", include_str!("../../shaders/gate/rrelu_train.wgsl")),
    ("gate/situ_glu", include_str!("../../shaders/gate/situ_glu.wgsl")),
    ("gate/swiglu_clamp", include_str!("../../shaders/gate/swiglu_clamp.wgsl")),
    ("gate/swiglu_step", include_str!("../../shaders/gate/swiglu_step.wgsl")),
];

impl Gate {
    /// The gate f(a) b of an activation, called `NAME_glu` unless [`ALL`] has a name for it; one for each activation.
    ///
    /// ```
    /// use wgpu_activations::activation::{MISH, SILU};
    /// use wgpu_activations::Gate;
    /// assert_eq!(Gate::of(&SILU).name, "swiglu");
    /// assert_eq!(Gate::of(&MISH).name, "mish_glu");
    /// assert!(std::ptr::eq(Gate::of(&MISH), Gate::find("mish_glu")?));
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    pub fn of(activation: &'static Activation) -> &'static Self {
        static MADE: Mutex<Vec<&Gate>> = Mutex::new(Vec::new());
        let same = |gate: &&&'static Self| matches!(gate.form, Form::Product(f) if std::ptr::eq(f, activation));
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(gate) = ALL.iter().chain(made.iter()).find(same) {
            return gate;
        }
        let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
        let f = activation.name;
        let gate: &'static Self = Box::leak(Box::new(Self {
            formula: leak(format!("{f}(a) b")),
            derivatives: [leak(format!("b {f}'(a)")), leak(format!("{f}(a)"))],
            convention: activation.convention,
            ..Self::product(leak(format!("{f}_glu")), activation)
        }));
        made.push(gate);
        gate
    }
}
