//! Several functions in one layer.

use std::sync::{Mutex, OnceLock, PoisonError};

use crate::error::{Error, Result};
use crate::function::{Activation, Bounds, Kind, Op, Param, Range, Scalar, With};
use crate::tensor::{Extent, Pass};
use crate::wgsl::{self, Joined};

/// Functions that each take a group of the channels of one tensor, forward and backward in one dispatch.
///
/// It is a function as any other, called `mix:relu+tanh+sine`, whose one parameter says which of them a channel takes: 0 for the
/// first, 1 for the second. Their own parameters are the values given here. Parameters of the parts cannot be trained.
///
/// ```
/// use wgpu_activations::activation::{LEAKY_RELU, RELU, TANH};
/// use wgpu_activations::{Mixed, reference};
/// // Four channels of a [2, 4] tensor: two of ReLU, one of tanh, one of leaky ReLU.
/// let mixed = Mixed::new(&[(RELU.function(), 2), (TANH.function(), 1), (LEAKY_RELU.with(0.5), 1)])?;
/// let layer = mixed.along(&[2, 4], -1)?;
/// let y = reference::forward(&layer, &[-1.0, 2.0, 0.0, -2.0, 3.0, -4.0, 0.0, 2.0])?;
/// assert_eq!(y, [0.0, 2.0, 0.0, -1.0, 3.0, 0.0, 0.0, 2.0]);
/// # Ok::<(), wgpu_activations::Error>(())
/// ```
///
/// For buffers of your own, bind [`Mixed::function`] [per channel](crate::Spec::per_channel) with [`Mixed::channels`] as `weights`.
#[derive(Clone, Debug)]
pub struct Mixed {
    function: &'static Activation,
    sizes: Vec<usize>,
}

/// A function with values of its parameters.
#[derive(Debug)]
struct Part {
    of: &'static Activation,
    params: Vec<f32>,
    values: Vec<f64>,
}

impl Part {
    fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self.of, other.of) && self.params == other.params
    }
}

/// The mixtures there are; see the slots of pairs.
static SLOTS: [OnceLock<Vec<Part>>; 32] = [const { OnceLock::new() }; 32];

/// The functions of the slots.
static JOINED: Mutex<Vec<&Activation>> = Mutex::new(Vec::new());

/// The part that the parameter names.
fn part<const SLOT: usize>(params: &[f64]) -> Option<&'static Part> {
    SLOTS[SLOT].get()?.get((*params.first()? + 0.5) as usize)
}

fn value<const SLOT: usize>(x: f64, params: &[f64]) -> f64 {
    part::<SLOT>(params).map_or(f64::NAN, |part| (part.of.value)(x, &part.values))
}

fn dx<const SLOT: usize>(x: f64, params: &[f64]) -> f64 {
    part::<SLOT>(params).map_or(f64::NAN, |part| (part.of.dx)(x, &part.values))
}

fn kinks<const SLOT: usize>(params: &[f64]) -> Vec<f64> {
    part::<SLOT>(params).map_or(Vec::new(), |part| (part.of.kinks)(&part.values))
}

fn largest<const SLOT: usize>(pass: Pass, x: f64, params: &[f64]) -> f64 {
    part::<SLOT>(params).map_or(0.0, |part| part.of.largest_term(pass, x, &part.values))
}

/// The formulas of a slot.
#[derive(Clone, Copy)]
struct Formulas {
    value: Scalar,
    dx: Scalar,
    kinks: fn(&[f64]) -> Vec<f64>,
    largest: fn(Pass, f64, &[f64]) -> f64,
}

macro_rules! formulas {
    ($($slot:literal)*) => {
        [$(Formulas { value: value::<$slot>, dx: dx::<$slot>, kinks: kinks::<$slot>, largest: largest::<$slot> }),*]
    };
}

static FORMULAS: [Formulas; 32] =
    formulas![0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31];

/// Functions in a mixture at most.
const PARTS: usize = 16;

impl Mixed {
    /// These functions, each for so many neighbouring channels.
    ///
    /// # Errors
    /// [`Error::Custom`] for no functions or more than 16, no channels, what is no activation or has values per channel, and for
    /// more than 32 mixtures in a process; what is wrong with values of parameters.
    pub fn new(groups: &[(With<'_>, usize)]) -> Result<Self> {
        let names: Vec<&str> = groups.iter().map(|(with, _)| with.op().name()).collect();
        let name = format!("mix:{}", names.join("+"));
        let refused = |reason: &str| Error::Custom { function: name.clone(), line: None, reason: reason.to_owned() };
        if !(1..=PARTS).contains(&groups.len()) || groups.iter().all(|(_, size)| *size == 0) {
            return Err(refused("a mixture has 1 to 16 functions, and channels"));
        }
        let mut parts = Vec::new();
        for (with, _) in groups {
            let Op::Activation(of) = with.op() else { return Err(refused("only activations can be mixed")) };
            if with.channels().is_some() {
                return Err(refused("values of its functions' parameters are one for all channels"));
            }
            with.call(Pass::Forward, &[1], None)?;
            if with.params().iter().any(|value| !value.is_finite()) {
                return Err(refused("values of its functions' parameters are finite"));
            }
            let params = with.params().to_vec();
            parts.push(Part { of, values: params.iter().copied().map(f64::from).collect(), params });
        }
        let function = join(name.clone(), parts)
            .ok_or_else(|| refused("there are 32 such mixtures in this process, which is all it takes"))?;
        Ok(Self { function, sizes: groups.iter().map(|(_, size)| *size).collect() })
    }

    /// The function, whose parameter names the part.
    pub fn function(&self) -> &'static Activation {
        self.function
    }

    /// The functions that a mixture's parameter chooses from, with their values; none of any other function.
    pub fn parts(function: &Activation) -> Option<Vec<With<'static>>> {
        let joined = JOINED.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = joined.iter().position(|known| std::ptr::eq(*known, function))?;
        let parts = SLOTS.get(slot)?.get()?;
        Some(parts.iter().map(|part| part.of.with(&*part.params)).collect())
    }

    /// The parameter's value for each channel.
    pub fn channels(&self) -> Vec<f32> {
        self.sizes.iter().zip(0u8..).flat_map(|(&size, part)| std::iter::repeat_n(f32::from(part), size)).collect()
    }

    /// The mixture for a tensor of this shape whose channels lie along this axis; a negative one counts from the last.
    ///
    /// # Errors
    /// Those of [`Extent::along`]; calls tell where there are not as many channels as groups have together.
    pub fn along(&self, shape: &[usize], axis: isize) -> Result<With<'static>> {
        Ok(self.function.function().per_channel(self.channels(), Extent::along(shape, axis)?))
    }
}

/// The function of these parts, which stays for the life of the process.
fn join(name: String, parts: Vec<Part>) -> Option<&'static Activation> {
    let mut joined = JOINED.lock().unwrap_or_else(PoisonError::into_inner);
    let same = |known: &Vec<Part>| known.len() == parts.len() && known.iter().zip(&parts).all(|(a, b)| a.is(b));
    if let Some(slot) = SLOTS.iter().position(|slot| slot.get().is_some_and(same)) {
        return joined.get(slot).copied();
    }
    let slot = joined.len();
    let (formulas, place) = (FORMULAS.get(slot)?, SLOTS.get(slot)?);
    let most = |of: fn(&Bounds) -> f64| parts.iter().map(|part| of(&part.of.bounds)).fold(0.0, f64::max);
    let symbol: &'static str = format!("mixture_{slot}").leak();
    let range: &[[f64; 2]] = vec![[0.0, parts.len() as f64 - 1.0]].leak();
    // The same functions with other values are another function of the same name.
    let name = if joined.iter().any(|known| known.name == name) { format!("{name}#{slot}") } else { name };
    let function: &Activation = Box::leak(Box::new(Activation {
        symbol,
        kind: Kind::Custom,
        params: vec![Param::new("part", 0.0, "which of the functions, from 0").within(Range::of(range))].leak(),
        variants: (1..parts.len()).map(|part| &*vec![part as f64].leak()).collect::<Vec<_>>().leak(),
        kinks: formulas.kinks,
        largest: formulas.largest,
        bounds: Bounds::new(most(|bounds| bounds.forward), most(|bounds| bounds.backward)),
        referenced: parts.iter().all(|part| part.of.has_reference()),
        ..Activation::new(name.leak(), formulas.value, formulas.dx)
    }));
    wgsl::join(Joined { path: function.file(), text: text(symbol, &parts).leak(), lanes: false });
    let _ = place.set(parts);
    joined.push(function);
    Some(function)
}

/// Branches, which neighbouring elements of a channel take together.
fn text(symbol: &str, parts: &[Part]) -> String {
    let files: Vec<String> = parts.iter().map(|part| part.of.file()).collect();
    let mut text = format!("// requires: {}\n", files.join(", "));
    for derivative in [false, true] {
        let ending = if derivative { "_dx" } else { "" };
        text += &format!("\nfn {symbol}{ending}(x: f32, part: f32) -> f32 {{\n");
        for (k, part) in parts.iter().enumerate() {
            let list: String =
                part.params.iter().map(|value| format!(", bitcast<f32>({:#x}u)", value.to_bits())).collect();
            let call = if derivative {
                format!("{}_dx(x{list})", part.of.stem())
            } else {
                format!("{}(x{list})", part.of.symbol)
            };
            match k + 1 == parts.len() {
                true => text += &format!("    return {call};\n"),
                false => text += &format!("    if part < {}.5 {{\n        return {call};\n    }}\n", k),
            }
        }
        text += "}\n";
    }
    text
}
