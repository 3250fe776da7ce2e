//! What `activations.js` asks for: plans of kernels, functions and their texts, the `f64` reference, and checks.
//!
//! A question is JSON with numbers behind it, and so is an answer. Nothing here knows of a GPU: JavaScript launches plans on a
//! device of its own.

mod abi;
mod check;
mod plan;
mod tables;

use serde::Deserialize;
use serde_json::Value;

/// A question, which the member `ask` tells from the others.
#[derive(Debug, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
enum Question {
    Functions,
    Snippet(tables::Snippet),
    Plan(plan::Call),
    Reference(plan::Reference),
    Errors(plan::Reference),
    Check(check::Check),
}

/// What is answered: a value, and bytes behind it.
#[derive(Debug, Default)]
struct Answer {
    value: Value,
    bytes: Vec<u8>,
}

impl From<Value> for Answer {
    fn from(value: Value) -> Self {
        Self { value, bytes: Vec::new() }
    }
}

/// The answer to a question of this JSON with these bytes behind it, or one line that says why there is none.
fn answer(json: &[u8], bytes: &[u8]) -> Result<Answer, String> {
    let question = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    match question {
        Question::Functions => Ok(tables::functions().into()),
        Question::Snippet(snippet) => snippet.text().map(Answer::from),
        Question::Plan(call) => call.plan().map(Answer::from),
        Question::Reference(reference) => reference.numbers(bytes),
        Question::Errors(reference) => reference.errors(bytes),
        Question::Check(check) => check.step(bytes),
    }
}

/// An error of the library as text.
fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests;
