//! Axes: where a value lies, and which values get a grid line and a label.

/// How values map to positions on an axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scale {
    Linear,
    /// Of positive values.
    Log,
    /// Every `f32` is as wide as any other: logarithmic on both sides of 0.
    Floats,
}

/// A range of values on a scale.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Axis {
    scale: Scale,
    low: f64,
    high: f64,
}

impl Axis {
    /// The axis from `low` to `high`.
    pub(crate) fn new(scale: Scale, low: f64, high: f64) -> Self {
        Self { scale, low, high }
    }

    /// Where a value lies between the lower end, 0, and the upper one, 1. A value that is not on the scale gives NaN or an infinity.
    pub(crate) fn fraction(&self, value: f64) -> f64 {
        let [low, high] = [self.low, self.high].map(|end| self.scale.position(end));
        (self.scale.position(value) - low) / (high - low)
    }

    /// The value at a fraction of the axis.
    pub(crate) fn value(&self, fraction: f64) -> f64 {
        let [low, high] = [self.low, self.high].map(|end| self.scale.position(end));
        self.scale.value(low * (1.0 - fraction) + high * fraction)
    }

    /// Values to mark, about `count` of them, and their labels.
    pub(super) fn ticks(&self, count: usize) -> Vec<(f64, String)> {
        let count = count.max(1) as f64;
        match self.scale {
            Scale::Linear => self.even(count),
            Scale::Log => {
                let decades = (self.high / self.low).log10();
                // Within a few decades, round numbers between the powers count as well.
                let factors: &[f64] = match decades {
                    d if d * 3.0 <= count => &[1.0, 2.0, 5.0],
                    _ => &[1.0],
                };
                let values = powers(self.low, self.high, (decades / count).ceil().max(1.0));
                let ticks = values.flat_map(|power| factors.iter().map(move |factor| factor * power));
                self.labelled(ticks)
            }
            Scale::Floats => {
                let normal = |v: &f64| (f64::from(f32::MIN_POSITIVE)..=f64::from(f32::MAX)).contains(v);
                let positive = |step| powers(1e-38, 1e38, step).filter(normal);
                // Two sides, and 0.
                let fits = |step: &f64| (2 * positive(*step).count() + 1) as f64 <= count;
                let step = [1.0, 2.0, 5.0, 10.0, 20.0].into_iter().find(fits).unwrap_or(40.0);
                let positive: Vec<f64> = positive(step).collect();
                let negative = positive.iter().rev().map(|v| -v);
                self.labelled(negative.chain([0.0]).chain(positive.iter().copied()))
            }
        }
    }

    /// Multiples of 1, 2 or 5 times a power of ten.
    fn even(&self, count: f64) -> Vec<(f64, String)> {
        let rough = (self.high - self.low) / count;
        let power = rough.log10().floor();
        let unit = 10f64.powf(power);
        let (factor, carry) = match rough / unit {
            r if r <= 1.0 => (1.0, 0.0),
            r if r <= 2.0 => (2.0, 0.0),
            r if r <= 5.0 => (5.0, 0.0),
            _ => (1.0, 1.0),
        };
        let step = factor * 10f64.powf(power + carry);
        let digits = -(power + carry) as i32;
        let largest = self.low.abs().max(self.high.abs());
        let (first, last) = ((self.low / step).ceil() as i64, (self.high / step).floor() as i64);
        let label = |value: f64| {
            if largest < 1e5 && (digits <= 4 || largest > 1e-3) {
                return signed(&format!("{value:.*}", digits.max(0) as usize));
            }
            // Just the digits that tell neighbours apart: they hide the rounding of the multiplication.
            let precision = (largest.log10().floor() as i32 + digits).clamp(1, 15) as usize;
            scientific(format!("{value:.precision$e}").parse().unwrap_or(value))
        };
        (first..=last).map(|k| k as f64 * step).map(|v| (v, if v == 0.0 { "0".into() } else { label(v) })).collect()
    }

    fn labelled(&self, values: impl Iterator<Item = f64>) -> Vec<(f64, String)> {
        let inside = values.filter(|v| (self.low..=self.high).contains(v));
        inside.map(|v| (v, scientific(v))).collect()
    }
}

impl Scale {
    fn position(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Log => value.log10(),
            Self::Floats => {
                let bits = (value as f32).to_bits() & !(1 << 31);
                f64::from(bits) * value.signum()
            }
        }
    }

    fn value(self, position: f64) -> f64 {
        match self {
            Self::Linear => position,
            Self::Log => 10f64.powf(position),
            Self::Floats => f64::from(f32::from_bits(position.abs() as u32)) * position.signum(),
        }
    }
}

/// The powers of ten from `low` to `high` whose exponents are multiples of `step`.
fn powers(low: f64, high: f64, step: f64) -> impl Iterator<Item = f64> {
    let [first, last] = [low, high].map(|v| (v.log10() / step).floor() as i32);
    (first..=last).map(move |k| format!("1e{}", f64::from(k) * step).parse().unwrap_or(f64::NAN))
}

/// With a typographic minus sign.
pub(super) fn signed(text: &str) -> String {
    text.replace('-', "−")
}

/// Large and small values with an exponent: 0.001, 1000, 2e6, 1e−30.
fn scientific(value: f64) -> String {
    match value.abs() {
        size if size == 0.0 || (0.9e-3..1.1e4).contains(&size) => signed(&value.to_string()),
        _ => signed(&format!("{value:e}")),
    }
}
