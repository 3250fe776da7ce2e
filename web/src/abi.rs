//! What WebAssembly exports: memory for a question, and the answer to it.
//!
//! Two functions that JavaScript calls by their names need the attribute that Rust counts as unsafe, since two crates could
//! export one name. Nothing else here is: no pointer is read or written on this side.
#![allow(unsafe_code)]

use std::cell::RefCell;

thread_local! {
    static QUESTION: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static ANSWER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Memory for a question of so many bytes.
#[unsafe(no_mangle)]
extern "C" fn question(bytes: usize) -> *mut u8 {
    QUESTION.with_borrow_mut(|question| {
        question.clear();
        question.resize(bytes, 0);
        question.as_mut_ptr()
    })
}

/// The answer to the question that lies there, of which so many bytes are JSON: a word that is 1 where it is an answer and 0 where it is
/// a reason, the lengths of the JSON and of the bytes behind it, and these.
#[unsafe(no_mangle)]
extern "C" fn answer(json: usize) -> *const u8 {
    let result = QUESTION.with_borrow(|question| {
        let (json, bytes) = question.split_at(json.min(question.len()));
        super::answer(json, bytes)
    });
    let (good, json, bytes) = match result {
        Ok(super::Answer { value, bytes }) => (1u32, value.to_string(), bytes),
        Err(reason) => (0, reason, Vec::new()),
    };
    ANSWER.with_borrow_mut(|answer| {
        answer.clear();
        [good, json.len() as u32, bytes.len() as u32].into_iter().for_each(|word| answer.extend(word.to_le_bytes()));
        answer.extend(json.as_bytes());
        answer.extend(bytes);
        answer.as_ptr()
    })
}
