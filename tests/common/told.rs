//! What errors say; their variants cannot be made outside the library.

use wgpu_activations::Error;

/// A result with the error's message.
pub fn told<T>(result: Result<T, Error>) -> Result<T, String> {
    result.map_err(|error| error.to_string())
}

pub fn length(function: &str, role: &str, expected: u64, got: u64) -> String {
    format!("{function}: {role} has room for {got} elements, {expected} are needed")
}

pub fn count(function: &str, expected: u64, got: u64) -> String {
    format!("{function} takes {expected} parameter values, not {got}")
}

pub fn not_trainable(function: &str, name: &str) -> String {
    format!("{function} has no gradient along {name}")
}

pub fn no_gradient(function: &str) -> String {
    format!("{function} has no gradient: it is 0 wherever it exists, so leave it out of the graph")
}

pub fn no_output_derivative(function: &str) -> String {
    format!(
        "{function} has no gradient from its output, as an in-place forward pass would need: keep x and use the gradient \
         from the input"
    )
}

pub fn no_reference(function: &str) -> String {
    format!("{function} is a custom function without an f64 reference to compare with: see Activation::custom_with")
}
