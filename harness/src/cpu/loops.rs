//! Loops over slices, compiled for several instruction sets; the machine's best is chosen at run time.

use super::functions;
use super::math::{exp, select};

/// Functions compiled for AVX-512 (which compilers have had since 1.89), for AVX2, and for what every machine has.
macro_rules! vectorized {
    ($($(#[$doc:meta])* pub fn $name:ident($($arg:ident: $ty:ty),*) $(-> $result:ty)? $body:block)*) => {$(
        $(#[$doc])*
        #[rustversion::attr(
            since(1.89),
            multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512bw+avx512vl+avx2", "x86_64+avx2"))
        )]
        #[rustversion::attr(before(1.89), multiversion::multiversion(targets("x86_64+avx2")))]
        pub(crate) fn $name($($arg: $ty),*) $(-> $result)? $body
    )*};
}

/// The value, or the NaN that it is of.
#[inline(always)]
fn keep(x: f32, value: f32) -> f32 {
    select(x.is_nan(), x, value)
}

/// A module of loops for each function and its derivative.
macro_rules! elementwise {
    ($($name:ident $dx:ident),* $(,)?) => {$(
        pub(super) mod $name {
            use super::{functions, keep};

            vectorized! {
                pub fn forward(x: &[f32], y: &mut [f32]) {
                    for (y, &x) in y.iter_mut().zip(x) {
                        *y = keep(x, functions::$name(x));
                    }
                }

                pub fn backward(x: &[f32], dy: &[f32], dx: &mut [f32]) {
                    for ((dx, &x), &dy) in dx.iter_mut().zip(x).zip(dy) {
                        *dx = dy * keep(x, functions::$dx(x));
                    }
                }
            }
        }
    )*};
}

elementwise!(
    relu relu_dx,
    leaky_relu leaky_relu_dx,
    elu elu_dx,
    selu selu_dx,
    sigmoid sigmoid_dx,
    tanh tanh_dx,
    silu silu_dx,
    gelu gelu_dx,
    gelu_tanh gelu_tanh_dx,
    softplus softplus_dx,
    mish mish_dx,
);

pub(super) mod swiglu {
    use super::{functions, keep};

    vectorized! {
        pub fn forward(a: &[f32], b: &[f32], y: &mut [f32]) {
            for ((y, &a), &b) in y.iter_mut().zip(a).zip(b) {
                *y = keep(a, functions::silu(a)) * b;
            }
        }

        pub fn backward(a: &[f32], b: &[f32], dy: &[f32], da: &mut [f32], db: &mut [f32]) {
            for ((((da, db), &a), &b), &dy) in da.iter_mut().zip(db).zip(a).zip(b).zip(dy) {
                *da = dy * b * keep(a, functions::silu_dx(a));
                *db = dy * keep(a, functions::silu(a));
            }
        }
    }
}

/// Sums are those of so many lanes, and of so many elements at a time in `f64`.
const LANES: usize = 32;
const BLOCK: usize = 1024;

#[inline(always)]
fn lanes<const N: usize>(of: [&[f32]; N], start: f32, fold: impl Fn(f32, [f32; N]) -> f32) -> [f32; LANES] {
    let mut state = [start; LANES];
    let whole = of[0].len() / LANES * LANES;
    for at in (0..whole).step_by(LANES) {
        let pieces = of.map(|tensor| &tensor[at..at + LANES]);
        for (k, state) in state.iter_mut().enumerate() {
            *state = fold(*state, pieces.map(|piece| piece[k]));
        }
    }
    for (k, state) in (whole..of[0].len()).zip(&mut state) {
        *state = fold(*state, of.map(|tensor| tensor[k]));
    }
    state
}

#[inline(always)]
fn sum(of: [f32; LANES]) -> f64 {
    of.iter().map(|&v| f64::from(v)).sum()
}

pub(super) mod softmax {
    use super::{BLOCK, exp, keep, lanes, select, sum};

    vectorized! {
        /// Of one row.
        pub fn forward(x: &[f32], y: &mut [f32]) {
            let largest = lanes([x], f32::NEG_INFINITY, |m, [x]| select(x > m, x, m));
            let largest = largest.into_iter().fold(f32::NEG_INFINITY, f32::max);
            let mut total = 0.0;
            for (x, y) in x.chunks(BLOCK).zip(y.chunks_mut(BLOCK)) {
                for (y, &x) in y.iter_mut().zip(x) {
                    let z = x - largest;
                    *y = keep(z, exp(z).e);
                }
                total += sum(lanes([y], 0.0, |sum, [y]| sum + y));
            }
            let factor = (1.0 / total) as f32;
            y.iter_mut().for_each(|y| *y *= factor);
        }

        /// Of one row, from its softmax.
        pub fn backward(y: &[f32], dy: &[f32], dx: &mut [f32]) {
            let blocks = y.chunks(BLOCK).zip(dy.chunks(BLOCK));
            let dot: f64 = blocks.map(|(y, dy)| sum(lanes([y, dy], 0.0, |sum, [y, dy]| sum + y * dy))).sum();
            let dot = dot as f32;
            for ((dx, &y), &dy) in dx.iter_mut().zip(y).zip(dy) {
                *dx = y * (dy - dot);
            }
        }
    }
}
