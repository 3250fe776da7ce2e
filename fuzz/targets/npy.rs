//! Files of the user's: whatever their bytes are.
#![no_main]
#![allow(dead_code)] // the command line tool uses the rest

#[path = "../../cli/src/npy/mod.rs"]
mod npy;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| npy::property::holds(bytes));
