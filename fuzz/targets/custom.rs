//! Texts of custom functions: none may end the process, or pass and break a kernel.
#![no_main]

#[path = "../../tests/custom/judge.rs"]
mod judge;

use std::sync::atomic::{AtomicUsize, Ordering};

/// Names stay taken, so a text that joins gives way to the next name.
static JOINED: AtomicUsize = AtomicUsize::new(0);

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let name = format!("fuzz{}", JOINED.load(Ordering::Relaxed));
    if judge::joins(&name, &String::from_utf8_lossy(bytes).replace("fuzz", &name)) {
        JOINED.fetch_add(1, Ordering::Relaxed);
    }
});
