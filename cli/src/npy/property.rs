//! What holds of any bytes; tests and the fuzzer ask.

use super::{decode, write};

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
            let mut copy = Vec::new();
            write(&mut copy, &array.shape, &array.data).expect("memory takes all of it");
            let again = decode(copy.as_slice(), copy.len() as u64).expect("what was written is read");
            assert_eq!(again.shape, array.shape);
            assert!(again.data.iter().map(|v| v.to_bits()).eq(array.data.iter().map(|v| v.to_bits())));
        }
    }
    // A file that shrinks after its length was asked for.
    assert!(decode(bytes, len + 1).is_err(), "read more than there is");
}
