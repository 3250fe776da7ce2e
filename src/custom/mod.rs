//! Functions that join at run time, from a WGSL text of the user's.

mod mixed;
mod module;
mod names;
mod pair;
mod reference;
mod scan;
#[cfg(test)]
mod tests;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use mixed::Mixed;
use names::{keyword, reserved};
pub(crate) use pair::{TILDE, join as pair};
pub use reference::Reference;

use crate::error::{Error, Result};
use crate::function::{Activation, Kind, MAX_PARAMS, Param, Range};
use crate::wgsl::{self, Joined};

/// The longest text in bytes.
const LENGTH: usize = 64 << 10;
/// The shortest and the longest name in bytes. Shorter ones are locals of kernels.
const NAME: std::ops::RangeInclusive<usize> = 3..=64;

/// What is wrong with a text, and in which line if it is in one.
#[derive(Debug)]
struct Fault {
    line: Option<usize>,
    reason: String,
}

impl Fault {
    fn new(reason: impl Into<String>) -> Self {
        Self { line: None, reason: reason.into() }
    }

    fn at(line: usize, reason: String) -> Self {
        Self { line: Some(line), reason }
    }
}

/// A function that has joined.
struct Custom {
    activation: &'static Activation,
    text: &'static str,
    /// What the text declares.
    names: Vec<&'static str>,
}

static JOINED: Mutex<Vec<Custom>> = Mutex::new(Vec::new());

fn joined() -> MutexGuard<'static, Vec<Custom>> {
    JOINED.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Activation {
    /// A function of your own, from its WGSL text and the names and default values of its parameters.
    ///
    /// The text declares `NAME` and `NAME_dx`, functions of `(x: f32, PARAMETERS: f32 ...)` that return `f32`, with
    /// the parameters in the given order. More are optional, and make more passes exist: `NAME_dx_from_y` of
    /// `(y: f32, PARAMETERS: f32 ...)`, and for each parameter `NAME_dPARAMETER`. Whatever else it declares, functions
    /// and constants, is called `NAME_...`. Each declaration begins its line; all lines may be indented alike. A line
    /// `// requires: math/exp, math/log1p` makes the functions of [files](wgsl::files) under `math/` available. Loops,
    /// arrays, attributes and block comments are not; nor are more than about 40 brackets and operators within each
    /// other, 64 declarations or 64 KiB of text. What has no branches and no vectors takes four elements at once, which
    /// CPUs like.
    ///
    /// The function then works in every pass like one of the catalogue, but has no `f64` reference
    /// ([`Error::NoReference`]; its `value` and `dx` give NaN) and no bound on its error (infinity). [`Activation::find`] does
    /// not know it.
    ///
    /// It stays for the life of the process, which takes the length of the text and about a kilobyte more, and its
    /// name stays its own: the same name, text and parameters give the same function again and take nothing, another
    /// text under a name in use is refused.
    ///
    /// ```
    /// use wgpu_activations::{Activation, Spec};
    /// let text = "
    /// // requires: math/exp
    /// fn bump(x: f32, width: f32) -> f32 {
    ///     let t = x / width;
    ///     return exp_stable(-t * t);
    /// }
    /// fn bump_dx(x: f32, width: f32) -> f32 {
    ///     return -2.0 * x / (width * width) * bump(x, width);
    /// }";
    /// let bump = Activation::custom("bump", text, &[("width", 1.0)])?;
    /// assert!(std::ptr::eq(bump, Activation::custom("bump", text, &[("width", 1.0)])?));
    /// assert!(Spec::backward(bump).in_place().wgsl()?.contains("fn bump_dx"));
    ///
    /// let error = Activation::custom("dent", "fn dent(x: f32) -> f32 {\n    return y;\n}", &[]).unwrap_err();
    /// assert!(error.to_string().starts_with("dent, line 2: "), "{error}");
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Custom`] with the line and the reason.
    pub fn custom(name: &str, wgsl: &str, params: &[(&str, f64)]) -> Result<&'static Self> {
        Self::joined(name, wgsl, params, None)
    }

    /// As [`Activation::custom`], with `f64` formulas to compare with: then the [reference](mod@crate::reference) and checks
    /// know the function, and its bounds can be stated. Those of the first call stay.
    ///
    /// ```
    /// use wgpu_activations::activation::Bounds;
    /// use wgpu_activations::{Activation, Reference, reference};
    /// let text = "
    /// fn twice(x: f32, shift: f32) -> f32 { return 2.0 * x + shift; }
    /// fn twice_dx(x: f32, shift: f32) -> f32 { return 2.0; }";
    /// let formulas = Reference::new(|x, p| 2.0 * x + p[0], |_, _| 2.0).bounds(Bounds::new(1.0, 0.5));
    /// let twice = Activation::custom_with("twice", text, &[("shift", 1.0)], &formulas)?;
    /// assert_eq!(reference::forward(twice, &[3.0])?, [7.0]);
    /// # Ok::<(), wgpu_activations::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Activation::custom`], and for a derivative that only the text has, or only the reference.
    pub fn custom_with(name: &str, wgsl: &str, params: &[(&str, f64)], reference: &Reference) -> Result<&'static Self> {
        Self::joined(name, wgsl, params, Some(reference))
    }

    fn joined(name: &str, wgsl: &str, params: &[(&str, f64)], reference: Option<&Reference>) -> Result<&'static Self> {
        let error = |Fault { line, reason }: Fault| {
            // One line of so many bytes; what is quoted in it may be anything.
            let short = |text: &str, most| -> String {
                let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
                line.char_indices().take_while(|(at, c)| at + c.len_utf8() <= most).map(|(_, c)| c).collect()
            };
            // Whatever lies behind the text's end is its last line's fault.
            let line = line.map(|l| l.min(wgsl.lines().count()).max(1));
            Error::Custom { function: short(name, *NAME.end()), line, reason: short(&reason, 400) }
        };
        join(name, wgsl, params, reference).map_err(error)
    }
}

fn join(
    name: &str,
    wgsl: &str,
    params: &[(&str, f64)],
    reference: Option<&Reference>,
) -> Result<&'static Activation, Fault> {
    if wgsl.len() > LENGTH {
        return Err(Fault::new(format!("the text has {} bytes, it may have {LENGTH}", wgsl.len())));
    }
    let text = flush_left(wgsl);
    if let Some(same) = same(&joined(), name, &text, params, reference)? {
        return Ok(same);
    }
    check_names(name, params)?;
    let declared = scan::declarations(&text)?;
    for (line, declared) in &declared {
        if *declared != name && !declared.strip_prefix(name).is_some_and(|rest| rest.starts_with('_')) {
            return Err(Fault::at(*line, format!("{declared} must be called {name}_{declared}")));
        }
        if taken(declared) {
            return Err(Fault::at(*line, format!("the name {declared} is taken by WGSL or this library")));
        }
    }
    for (line, text) in (1..).zip(text.lines()) {
        if let Some(path) = wgsl::requirements(text).find(|p| !p.starts_with("math/") || wgsl::source(p).is_none()) {
            return Err(Fault::at(line, format!("there is no {path:?} to require, see wgsl::files()")));
        }
    }

    let names: Vec<&str> = params.iter().map(|(param, _)| *param).collect();
    let mut wanted = vec![(name.to_owned(), "x"), (format!("{name}_dx"), "x"), (format!("{name}_dx_from_y"), "y")];
    wanted.extend(names.iter().map(|param| (format!("{name}_d{param}"), "x")));
    // naga is not known to panic; a text should not be what finds out.
    let found = std::panic::catch_unwind(|| Ok((module::check(&text, &wanted, &names)?, module::has_lanes(&text))));
    let (found, lanes) = found.unwrap_or_else(|_| Err(Fault::new("naga panics at this text")))?;
    if let Some(((missing, first), _)) = wanted.iter().zip(&found).take(2).find(|(_, found)| !**found) {
        return Err(Fault::new(format!("{} is missing", module::signature(missing, first, &names))));
    }
    if let Some(reference) = reference {
        let trained = names.iter().zip(&found[3..]).filter(|(_, found)| **found).map(|(name, _)| *name);
        reference.check(name, found[2], &trained.collect::<Vec<_>>())?;
    }

    let mut joined = joined();
    if let Some(same) = same(&joined, name, &text, params, reference)? {
        return Ok(same);
    }
    for (line, declared) in &declared {
        if let Some(other) = joined.iter().find(|custom| custom.names.contains(declared)) {
            return Err(Fault::at(*line, format!("{} declares {declared}, too", other.activation.name)));
        }
    }
    let text: &'static str = text.clone().leak();
    let activation = activation(name, params, &found, reference);
    let names = wgsl::declared(text).collect();
    wgsl::join(Joined { path: activation.file(), text, lanes });
    joined.push(Custom { activation, text, names });
    Ok(activation)
}

/// The text without the indentation that all its lines share.
fn flush_left(text: &str) -> String {
    let indent = |line: &&str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let lines = || text.lines().map(str::trim_end);
    let shared = lines().filter(|line| !line.is_empty()).map(|line| indent(&line)).min().unwrap_or(0);
    lines().map(|line| line.get(shared..).unwrap_or_default().to_owned() + "\n").collect()
}

/// The function that has joined under this name.
fn same(
    joined: &[Custom],
    name: &str,
    text: &str,
    params: &[(&str, f64)],
    reference: Option<&Reference>,
) -> Result<Option<&'static Activation>, Fault> {
    let Some(custom) = joined.iter().find(|custom| custom.activation.name == name) else { return Ok(None) };
    let known = custom.activation.params.iter().map(|p| (p.name, p.default.to_bits()));
    if custom.activation.has_reference() != reference.is_some() {
        let which = if reference.is_some() { "without" } else { "with" };
        return Err(Fault::new(format!("the name is in use for the function {which} a reference")));
    }
    match custom.text == text && known.eq(params.iter().map(|(name, default)| (*name, default.to_bits()))) {
        true => Ok(Some(custom.activation)),
        false => Err(Fault::new("the name is in use for another text or other parameters")),
    }
}

fn check_names(name: &str, params: &[(&str, f64)]) -> Result<(), Fault> {
    let identifier =
        |name: &str| name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(wgsl::is_word);
    if !identifier(name) || !NAME.contains(&name.len()) {
        let (least, most) = (NAME.start(), NAME.end());
        return Err(Fault::new(format!(
            "a name has {least} to {most} letters, digits and _, and begins with a letter"
        )));
    }
    // Renaming texts word by word must not hit parts of vectors.
    let part =
        name.len() <= 4 && (name.chars().all(|c| "xyzw".contains(c)) || name.chars().all(|c| "rgba".contains(c)));
    if part || taken(name) || Activation::find(name).is_ok() {
        return Err(Fault::new("the name is taken by WGSL or this library"));
    }
    if params.len() > MAX_PARAMS {
        return Err(Fault::new(format!("{} parameters, there may be {MAX_PARAMS}", params.len())));
    }
    for (k, (param, _)) in params.iter().enumerate() {
        if !identifier(param) || param.len() > *NAME.end() || keyword(param) {
            return Err(Fault::new(format!("{param:?} cannot be a parameter's name")));
        }
        if ["x", "y", "x_from_y"].contains(param) || params.iter().take(k).any(|(other, _)| other == param) {
            return Err(Fault::new(format!("{param} cannot be a parameter's name, it means something else, too")));
        }
    }
    Ok(())
}

fn taken(name: &str) -> bool {
    keyword(name) || reserved(name)
}

/// What is known of the function, for ever.
fn activation(
    name: &str,
    params: &[(&str, f64)],
    found: &[bool],
    reference: Option<&Reference>,
) -> &'static Activation {
    let none = Reference::new(|_, _| f64::NAN, |_, _| f64::NAN).dx_from_y(|_, _| f64::NAN);
    let known = reference.unwrap_or(&none);
    let name: &'static str = name.to_owned().leak();
    let param = |(k, (param, default)): (usize, &(&str, f64))| {
        let made = Param::new(param.to_string().leak(), *default, "").within(Range::ALL);
        let (derivative, bound) = known.param(param).unwrap_or((none.value, f64::INFINITY));
        if found.get(3 + k) == Some(&true) { made.trained(bound, derivative) } else { made }
    };
    let params: Vec<Param> = params.iter().enumerate().map(param).collect();
    Box::leak(Box::new(Activation {
        kind: Kind::Custom,
        params: params.leak(),
        dx_from_y: known.dx_from_y.filter(|_| found.get(2) == Some(&true)),
        kinks: known.kinks,
        largest: known.largest,
        bounds: known.bounds,
        referenced: reference.is_some(),
        ..Activation::new(name, known.value, known.dx)
    }))
}
