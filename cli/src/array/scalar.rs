//! The types of numbers in files, and their conversion to those in memory.

use wgpu_activations::Element;
use wgpu_activations::half::{bf16, f16};

/// Bytes converted at a time; a multiple of every element size.
pub(super) const CHUNK: usize = 256 << 10;

/// The types of elements in files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scalar {
    F16,
    Bf16,
    F32,
    F64,
    /// Any byte but 0 is true, as it is for NumPy.
    Bool,
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    /// Two bytes of unknown type, as NumPy writes bf16.
    Void2,
}

impl Scalar {
    pub(crate) fn size(self) -> usize {
        match self {
            Self::Bool | Self::I8 | Self::U8 => 1,
            Self::F16 | Self::Bf16 | Self::I16 | Self::U16 | Self::Void2 => 2,
            Self::F32 | Self::I32 | Self::U32 => 4,
            Self::F64 | Self::I64 | Self::U64 => 8,
        }
    }
}

/// A number in memory, as tensors on the GPU hold it. Conversions round once, to nearest.
pub(crate) trait Number: Element + Default + PartialEq {
    const DTYPE: Scalar;

    fn from_f32(value: f32) -> Self;
    fn from_f64(value: f64) -> Self;
    /// From the little-endian bytes of its own type.
    fn from_le(bytes: &[u8]) -> Self;
    fn push_le(self, bytes: &mut Vec<u8>);
}

macro_rules! number {
    ($type:ty, $dtype:expr, $from_f32:expr, $from_f64:expr) => {
        impl Number for $type {
            const DTYPE: Scalar = $dtype;

            fn from_f32(value: f32) -> Self {
                $from_f32(value)
            }

            fn from_f64(value: f64) -> Self {
                $from_f64(value)
            }

            fn from_le(bytes: &[u8]) -> Self {
                bytes.try_into().map_or_else(|_| Self::default(), Self::from_le_bytes)
            }

            fn push_le(self, bytes: &mut Vec<u8>) {
                bytes.extend(self.to_le_bytes());
            }
        }
    };
}

number!(f32, Scalar::F32, std::convert::identity, |value| value as f32);
number!(f16, Scalar::F16, f16::from_f32, |value| f16::from_f32(to_odd(value)));
number!(bf16, Scalar::Bf16, bf16::from_f32, |value| bf16::from_f32(to_odd(value)));

/// Rounds to odd: to the neighbouring f32 whose last bit is 1, unless the value is an f32. Rounding that to fewer bits is the
/// same as rounding the value itself.
fn to_odd(value: f64) -> f32 {
    let near = value as f32;
    let wide = f64::from(near);
    match wide.partial_cmp(&value) {
        Some(std::cmp::Ordering::Less) if near.to_bits() & 1 == 0 => near.next_up(),
        Some(std::cmp::Ordering::Greater) if near.to_bits() & 1 == 0 => near.next_down(),
        _ => near,
    }
}

/// Rounds an integer to odd, in f64.
fn whole(value: impl Into<i128>) -> f64 {
    let value = value.into();
    let near = value as f64;
    match (near as i128).cmp(&value) {
        std::cmp::Ordering::Less if near.to_bits() & 1 == 0 => near.next_up(),
        std::cmp::Ordering::Greater if near.to_bits() & 1 == 0 => near.next_down(),
        _ => near,
    }
}

/// Appends the numbers in `bytes`.
pub(super) fn convert<T: Number>(dtype: Scalar, big_endian: bool, bytes: &[u8], data: &mut Vec<T>) {
    fn each<const N: usize, T>(bytes: &[u8], big_endian: bool, data: &mut Vec<T>, from_le: impl Fn([u8; N]) -> T) {
        data.extend(bytes.chunks_exact(N).map(|element| {
            let mut le = [0; N];
            le.copy_from_slice(element);
            if big_endian {
                le.reverse();
            }
            from_le(le)
        }));
    }
    match dtype {
        same if same == T::DTYPE && !big_endian => data.extend(bytes.chunks_exact(same.size()).map(T::from_le)),
        Scalar::F16 => each(bytes, big_endian, data, |le| T::from_f32(f16::from_le_bytes(le).to_f32())),
        Scalar::Bf16 | Scalar::Void2 => {
            each(bytes, big_endian, data, |le| T::from_f32(bf16::from_le_bytes(le).to_f32()));
        }
        Scalar::F32 => each(bytes, big_endian, data, |le| T::from_f32(f32::from_le_bytes(le))),
        Scalar::F64 => each(bytes, big_endian, data, |le| T::from_f64(f64::from_le_bytes(le))),
        Scalar::Bool => each(bytes, big_endian, data, |[byte]| T::from_f32(f32::from(u8::from(byte != 0)))),
        Scalar::I8 => each(bytes, big_endian, data, |le| T::from_f64(i8::from_le_bytes(le).into())),
        Scalar::I16 => each(bytes, big_endian, data, |le| T::from_f64(i16::from_le_bytes(le).into())),
        Scalar::I32 => each(bytes, big_endian, data, |le| T::from_f64(i32::from_le_bytes(le).into())),
        Scalar::I64 => each(bytes, big_endian, data, |le| T::from_f64(whole(i64::from_le_bytes(le)))),
        Scalar::U8 => each(bytes, big_endian, data, |le| T::from_f64(u8::from_le_bytes(le).into())),
        Scalar::U16 => each(bytes, big_endian, data, |le| T::from_f64(u16::from_le_bytes(le).into())),
        Scalar::U32 => each(bytes, big_endian, data, |le| T::from_f64(u32::from_le_bytes(le).into())),
        Scalar::U64 => each(bytes, big_endian, data, |le| T::from_f64(whole(u64::from_le_bytes(le)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f64_rounds_once() {
        // Just above the middle of two f16 (1 and 1 + 2^-10): by way of f32 it would be a tie, and go to 1.
        let above = 1.0 + 2f64.powi(-11) + 2f64.powi(-40);
        for sign in [1.0, -1.0] {
            let number = |v: f64| <f16 as Number>::from_f64(sign * v).to_f64() * sign;
            assert_eq!(number(above), 1.0 + 2f64.powi(-10));
            assert_eq!(number(1.0 + 2f64.powi(-11)), 1.0);
            assert_eq!(number(1.0 + 2f64.powi(-11) - 2f64.powi(-40)), 1.0);
            assert_eq!((number(65519.999), number(65520.0), number(1e300)), (65504.0, f64::INFINITY, f64::INFINITY));
            assert_eq!((number(1e-300), number(2f64.powi(-25))), (0.0, 0.0));
            assert_eq!(number(2f64.powi(-25) * 1.000_000_001), 2f64.powi(-24));
            let number = |v: f64| <bf16 as Number>::from_f64(sign * v).to_f64() * sign;
            assert_eq!(number(1.0 + 2f64.powi(-8) + 2f64.powi(-40)), 1.0 + 2f64.powi(-7));
            assert_eq!((number(3e38), number(3.4e38)), (bf16::from_f32(3e38).to_f64(), f64::INFINITY));
        }
        assert!(<f16 as Number>::from_f64(f64::NAN).is_nan() && <bf16 as Number>::from_f64(f64::NAN).is_nan());
    }
    #[test]
    fn long_integers_round_once() {
        // By way of f64 these would be ties between two f32, and go to the even one below.
        for sign in [1, -1] {
            let above = sign * ((1_i64 << 62) + (1 << 38) + 1);
            let mut data: Vec<f32> = Vec::new();
            convert(Scalar::I64, false, &above.to_le_bytes(), &mut data);
            assert_eq!(data, [sign as f32 * (2f32.powi(62) + 2f32.powi(39))]);
        }
        let every = [0, 1, i64::MAX, i64::MIN, (1 << 24) + 1, (1 << 53) + 1];
        for value in every {
            let mut data: Vec<f32> = Vec::new();
            convert(Scalar::I64, true, &value.to_be_bytes(), &mut data);
            assert_eq!(data, [value as f32], "{value}");
        }
        let mut data: Vec<f16> = Vec::new();
        convert(Scalar::U64, false, &u64::MAX.to_le_bytes(), &mut data);
        assert_eq!(data, [f16::INFINITY]);
    }
}
