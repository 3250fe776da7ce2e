//! Functions as one writes them with WGSL's built-ins, wrong in the tails: what stable ones are compared with.

/// Each of `x: vec4<f32>`.
const FORMULAS: &[(&str, &str)] = &[
    ("relu", "max(x, vec4(0.0))"),
    ("leaky_relu", "select(0.01 * x, x, x > vec4(0.0))"),
    ("relu6", "clamp(x, vec4(0.0), vec4(6.0))"),
    ("hardswish", "x * clamp(x / 6.0 + 0.5, vec4(0.0), vec4(1.0))"),
    ("sigmoid", "1.0 / (1.0 + exp(-x))"),
    ("silu", "x / (1.0 + exp(-x))"),
    ("tanh", "tanh(x)"),
    ("elu", "select(exp(x) - 1.0, x, x > vec4(0.0))"),
    ("selu", "1.0507 * select(1.67326 * (exp(x) - 1.0), x, x > vec4(0.0))"),
    ("softplus", "log(1.0 + exp(x))"),
    ("quick_gelu", "x / (1.0 + exp(-1.702 * x))"),
    ("gelu_tanh", "0.5 * x * (1.0 + tanh(0.79788456 * (x + 0.044715 * x * x * x)))"),
    ("mish", "x * tanh(log(1.0 + exp(x)))"),
    ("softsign", "x / (1.0 + abs(x))"),
    ("sine", "sin(x)"),
];

/// The forward pass of a function as a WGSL expression of `x: vec4<f32>`, with default parameters; not every function has one.
///
/// ```
/// assert_eq!(wgpu_activations_harness::naive::formula("silu"), Some("x / (1.0 + exp(-x))"));
/// ```
pub fn formula(name: &str) -> Option<&'static str> {
    FORMULAS.iter().find(|(known, _)| *known == name).map(|(_, formula)| *formula)
}

/// Kernels that only copy; see `measure`.
pub(crate) const COPY: &str = include_str!("measure/copy.wgsl");

/// The kernel of such a formula, in `f32`: the copy `one_to_one`, with the formula on the way.
pub fn kernel(name: &str) -> Option<String> {
    let formula = formula(name)?;
    let read = "out[args.out + i] = a[args.a + i];";
    let write = format!(
        "let x = bitcast<vec4<f32>>(a[args.a + i]);\n        out[args.out + i] = bitcast<vec4<u32>>({formula});"
    );
    Some(COPY.replacen(read, &write, 1))
}

#[cfg(test)]
mod tests {
    use super::{FORMULAS, formula, kernel};

    #[test]
    fn formulas_are_of_functions_of_the_catalogue() {
        for (name, text) in FORMULAS {
            assert_eq!(wgpu_activations::Activation::find(name).unwrap().name, *name);
            assert_eq!(formula(name), Some(*text));
        }
        assert_eq!(formula("no such"), None);
        assert!(kernel("silu").unwrap().contains("bitcast<vec4<u32>>(x / (1.0 + exp(-x)))"));
    }
}
