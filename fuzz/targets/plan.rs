//! The planner: whatever the sizes, offsets and limits, what it promises holds.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wgpu_activations::promises(bytes));
