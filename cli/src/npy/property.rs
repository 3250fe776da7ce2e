//! What holds of any bytes; tests and the fuzzer ask.

use std::io::Cursor;

use anyhow::Result;

use super::{encode, layout};
use crate::array::{Array, Float, Source};

fn decode(bytes: &[u8], len: u64) -> Result<Array<f32>> {
    Source::of(Cursor::new(bytes), layout(bytes, len)?).array()
}

/// Bytes are refused in one short line, or are an array that is the same again once written and read.
pub(crate) fn holds(bytes: &[u8]) {
    let len = bytes.len() as u64;
    match decode(bytes, len) {
        Err(error) => {
            let message = format!("{error:#}");
            assert!(message.len() < 400 && !message.contains('\n'), "{message}");
        }
        Ok(array) => {
            assert_eq!(array.shape.iter().product::<usize>(), array.data.len(), "{:?}", array.shape);
            let mut copy = encode(&array.shape, Float::F32).expect("a shape that was read");
            copy.extend(array.data.iter().flat_map(|v| v.to_le_bytes()));
            let again = decode(&copy, copy.len() as u64).expect("what was written is read");
            assert_eq!(again.shape, array.shape);
            assert!(again.data.iter().map(|v| v.to_bits()).eq(array.data.iter().map(|v| v.to_bits())));
        }
    }
    // A file that shrinks after its length was asked for.
    assert!(decode(bytes, len + 1).is_err(), "read more than there is");
}
