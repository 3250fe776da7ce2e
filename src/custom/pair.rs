//! Any function with any gradient.

use std::sync::{Mutex, OnceLock, PoisonError};

use crate::error::{Error, Result};
use crate::function::{Activation, Bounds, Kind, MAX_PARAMS, Op, Param, Roots, Scalar, With};
use crate::tensor::Pass;
use crate::wgsl::{self, Joined};

/// What stands between both names.
pub(crate) const TILDE: char = '~';

/// A function, and the one whose gradient it has.
#[derive(Clone, Copy)]
struct Pair {
    value: &'static Activation,
    gradient: &'static Activation,
}

impl Pair {
    /// The parameters of the gradient, which come last.
    fn own<'a>(&self, params: &'a [f64]) -> &'a [f64] {
        params.get(self.value.params.len()..).unwrap_or_default()
    }
}

/// The pairs there are. Their formulas are functions without a state of their own, so each slot has its functions.
static SLOTS: [OnceLock<Pair>; 64] = [const { OnceLock::new() }; 64];

fn pair<const SLOT: usize>() -> Option<&'static Pair> {
    SLOTS[SLOT].get()
}

fn dx<const SLOT: usize>(x: f64, params: &[f64]) -> f64 {
    pair::<SLOT>().map_or(f64::NAN, |pair| (pair.gradient.dx)(x, pair.own(params)))
}

fn kinks<const SLOT: usize>(params: &[f64]) -> Vec<f64> {
    let Some(pair) = pair::<SLOT>() else { return Vec::new() };
    [(pair.value.kinks)(params), (pair.gradient.kinks)(pair.own(params))].concat()
}

fn near<const SLOT: usize>(params: &[f64]) -> Vec<f64> {
    let roots = pair::<SLOT>().and_then(|pair| Some((pair.gradient.roots.as_ref()?, pair.own(params))));
    roots.map_or(Vec::new(), |(roots, params)| (roots.near)(params))
}

fn near_root<const SLOT: usize>(x: f64, params: &[f64]) -> f64 {
    let roots = pair::<SLOT>().and_then(|pair| Some((pair.gradient.roots.as_ref()?, pair.own(params))));
    roots.map_or(0.0, |(roots, params)| (roots.largest)(x, params))
}

fn largest<const SLOT: usize>(pass: Pass, x: f64, params: &[f64]) -> f64 {
    pair::<SLOT>().map_or(0.0, |pair| match pass {
        Pass::Backward => (pair.gradient.largest)(pass, x, pair.own(params)),
        _ => (pair.value.largest)(pass, x, params),
    })
}

/// The formulas of a slot.
#[derive(Clone, Copy)]
struct Formulas {
    dx: Scalar,
    kinks: fn(&[f64]) -> Vec<f64>,
    near: fn(&[f64]) -> Vec<f64>,
    near_root: Scalar,
    largest: fn(Pass, f64, &[f64]) -> f64,
}

macro_rules! formulas {
    ($($slot:literal)*) => {
        [$(Formulas {
            dx: dx::<$slot>,
            kinks: kinks::<$slot>,
            near: near::<$slot>,
            near_root: near_root::<$slot>,
            largest: largest::<$slot>,
        }),*]
    };
}

static FORMULAS: [Formulas; 64] = formulas![
    0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31
    32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63
];

impl Activation {
    /// This function with the gradient of another in place of its own: a surrogate or straight-through gradient, or an error
    /// activation function such as NecroReLU's (Liu, "Extending the NecroReLU family", 2020). It is called `relu~leaky_relu`, and
    /// works in every pass as any function does, but for the gradient from the output; its bounds are those of both. Its
    /// parameters are this function's, and behind them the gradient's, with the given values.
    ///
    /// ```
    /// use wgpu_activations::activation::{LEAKY_RELU, RELU};
    /// use wgpu_activations::{Activation, reference};
    /// let necro = RELU.with_gradient_of(LEAKY_RELU.with(0.5))?;
    /// assert_eq!(reference::forward(&necro, &[-2.0, 3.0])?, [0.0, 3.0]);
    /// assert_eq!(reference::backward(&necro, &[-2.0, 3.0], &[1.0, 1.0])?, [0.5, 1.0]);
    /// assert_eq!(Activation::find("relu~leaky_relu")?.params[0].name, "negative_slope");
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Custom`] for the gradient of what is no activation, for more than four parameters together, and for more than 64
    /// such pairs in a process.
    pub fn with_gradient_of<'a>(&'static self, gradient: impl Into<With<'a>>) -> Result<With<'static>> {
        let gradient = gradient.into();
        let Op::Activation(of) = gradient.op() else {
            return Err(refused(self, gradient.op().name(), "only an activation has a gradient to give"));
        };
        let own = self.params.iter().map(|param| param.default as f32);
        let values: Vec<f32> = own.chain(gradient.params().iter().copied()).collect();
        Ok(join(self, of)?.with(values))
    }
}

fn refused(value: &Activation, gradient: &str, reason: &str) -> Error {
    let function = format!("{}{TILDE}{gradient}", value.name);
    Error::Custom { function, line: None, reason: reason.to_owned() }
}

/// The pair of both, which stays for the life of the process.
pub(crate) fn join(value: &'static Activation, gradient: &'static Activation) -> Result<&'static Activation> {
    static JOINED: Mutex<Vec<&Activation>> = Mutex::new(Vec::new());
    let name = format!("{}{TILDE}{}", value.name, gradient.name);
    let mut joined = JOINED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = joined.iter().find(|known| known.name == name) {
        return Ok(known);
    }
    if value.params.len() + gradient.params.len() > MAX_PARAMS {
        return Err(refused(value, gradient.name, &format!("both together have more than {MAX_PARAMS} parameters")));
    }
    let slot = joined.len();
    let (Some(formulas), Some(place)) = (FORMULAS.get(slot), SLOTS.get(slot)) else {
        return Err(refused(value, gradient.name, "there are 64 such pairs in this process, which is all it takes"));
    };
    let _ = place.set(Pair { value, gradient });
    let params = params(value, gradient);
    let symbol: &'static str = format!("{}_with_gradient_of_{}", value.stem(), gradient.stem()).leak();
    let pair: &Activation = Box::leak(Box::new(Activation {
        symbol,
        kind: Kind::Custom,
        formula: value.formula,
        derivative: format!("that of {}: {}", gradient.name, gradient.derivative).leak(),
        params,
        surrogate: Some("the gradient is that of another function, by choice"),
        kinks: formulas.kinks,
        roots: gradient.roots.as_ref().map(|_| Roots { near: formulas.near, largest: formulas.near_root }),
        largest: formulas.largest,
        bounds: Bounds::new(value.bounds.forward, gradient.bounds.backward),
        referenced: value.has_reference() && gradient.has_reference(),
        ..Activation::new(name.leak(), value.value, formulas.dx)
    }));
    let files = [value.file(), gradient.file()];
    let lanes = files.iter().all(|file| wgsl::has_lanes(file));
    wgsl::join(Joined { path: pair.file(), text: text(pair, value, gradient).leak(), lanes });
    joined.push(pair);
    Ok(pair)
}

/// The parameters of both; those of the gradient, which do not move the value, cannot be trained.
fn params(value: &'static Activation, gradient: &'static Activation) -> &'static [Param] {
    let clashes = |name| value.params.iter().any(|param| param.name == name);
    let own = value.params.iter().map(|param| Param { ..*param });
    let others = gradient.params.iter().map(|param| {
        let name = if clashes(param.name) { format!("{}_{}", gradient.stem(), param.name).leak() } else { param.name };
        Param { name, gradient: None, ..*param }
    });
    own.chain(others).collect::<Vec<_>>().leak()
}

/// Calls of both.
fn text(pair: &Activation, value: &Activation, gradient: &Activation) -> String {
    let count = value.params.len();
    let list = |range: std::ops::Range<usize>| -> String { range.map(|k| format!(", p{k}")).collect() };
    let [own, others] = [list(0..count), list(count..pair.params.len())];
    let arguments: String = (0..pair.params.len()).map(|k| format!(", p{k}: f32")).collect();
    let function =
        |name: String, call: String| format!("\nfn {name}(x: f32{arguments}) -> f32 {{\n    return {call};\n}}\n");
    let symbol = pair.symbol;
    let mut text = format!("// requires: {}, {}\n", value.file(), gradient.file());
    text += &function(symbol.to_owned(), format!("{}(x{own})", value.symbol));
    text += &function(format!("{symbol}_dx"), format!("{}_dx(x{others})", gradient.stem()));
    for param in value.params.iter().filter(|param| param.trainable()) {
        let name = param.name;
        text += &function(format!("{symbol}_d{name}"), format!("{}_d{name}(x{own})", value.stem()));
    }
    text
}
