//! Files of named tensors, whatever their bytes are.
#![no_main]

include!("readers.rs");

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| array::property::safetensors(bytes));
