//! What a conformant driver may do to the arithmetic of a kernel.

/// How far a result that need not round correctly lies from the exact one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// It is the nearest number.
    None,
    /// As far above as the specification lets it.
    Up,
    /// As far below.
    Down,
    /// Anywhere between, from value to value.
    Random,
}

/// Where a driver makes use of a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Nowhere.
    Never,
    /// Wherever it may.
    Always,
    /// Here and there, always alike at one place of the text.
    Random,
}

/// A driver, as the permissions that it makes use of.
///
/// ```
/// use wgpu_activations_harness::model::Driver;
/// assert!(Driver::ALL.iter().any(|driver| driver.name == "metal"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Driver {
    /// What it is called.
    pub name: &'static str,
    /// a b + c as one rounding.
    pub contract: Use,
    /// a b + a c as a (b + c), and (a b + d) + c with a constant c as (a b + c) + d, as Mesa has them.
    pub factor: Use,
    /// `fma` as two roundings.
    pub unfused: bool,
    /// Division and square roots, 2.5 ULP; reciprocal square roots, 2 ULP.
    pub division: Error,
    /// Exponentials, 3 + 2 |x| ULP, and logarithms, 3 ULP or 2^-21.
    pub builtin: Error,
    /// Subnormal numbers as zeros, as operands and as results.
    pub flush: Use,
    /// Sums with terms cancelled, constants added up and products of constants joined, as if numbers were real.
    pub fold: bool,
    /// Sums and products in any order.
    pub reorder: bool,
    /// Infinities and NaN never come up: comparisons with them are decided.
    pub finite: bool,
    /// What random choices are made from.
    pub seed: u64,
}

impl Driver {
    /// IEEE's arithmetic, as the text says.
    pub const STRICT: Self = Self {
        name: "strict",
        contract: Use::Never,
        factor: Use::Never,
        unfused: false,
        division: Error::None,
        builtin: Error::None,
        flush: Use::Never,
        fold: false,
        reorder: false,
        finite: false,
        seed: 0,
    };

    /// Every permission alone or with those that it comes with, and two compilers that take more than WGSL gives.
    pub const ALL: &'static [Self] = &[
        Self::STRICT,
        Self { name: "contracting", contract: Use::Always, factor: Use::Always, ..Self::STRICT },
        Self { name: "unfused", unfused: true, ..Self::STRICT },
        Self { name: "above", division: Error::Up, builtin: Error::Up, ..Self::STRICT },
        // Mesa for processors.
        Self { name: "mesa", factor: Use::Always, unfused: true, ..Self::STRICT },
        Self { name: "below", division: Error::Down, builtin: Error::Down, ..Self::STRICT },
        Self { name: "mesa below", division: Error::Down, factor: Use::Always, unfused: true, ..Self::STRICT },
        Self { name: "flushing", flush: Use::Always, contract: Use::Always, ..Self::STRICT },
        Self { name: "mixed", ..Self::mixed(1) },
        Self { name: "mixed again", unfused: true, ..Self::mixed(2) },
        // Direct3D's compiler without its flag for IEEE strictness: `mad`, reciprocals, no subnormal numbers.
        Self { name: "fxc", fold: true, unfused: true, flush: Use::Always, ..Self::mixed(3) },
        // Fast math, which is what Metal does unless it is asked not to.
        Self { name: "metal", fold: true, reorder: true, finite: true, flush: Use::Always, ..Self::mixed(4) },
    ];

    const fn mixed(seed: u64) -> Self {
        Self {
            contract: Use::Random,
            factor: Use::Random,
            division: Error::Random,
            builtin: Error::Random,
            flush: Use::Random,
            seed,
            ..Self::STRICT
        }
    }

    /// Whether a permission is used at a place.
    pub(super) fn uses(&self, permission: Use, place: u64) -> bool {
        match permission {
            Use::Never => false,
            Use::Always => true,
            Use::Random => mix(place ^ self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)) & 1 == 1,
        }
    }
}

/// A number that looks like chance (SplitMix64's finalizer).
pub(super) fn mix(v: u64) -> u64 {
    let v = (v ^ (v >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let v = (v ^ (v >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    v ^ (v >> 31)
}
