//! Kernels to compare with: plain copies, and functions as one writes them with WGSL's built-ins, wrong in the tails.

/// The kernels of `measure/copy.wgsl` that move as much as a forward pass, a backward pass and a gate's backward pass; entry
/// points.
pub const COPIES: [&str; 3] = ["one_to_one", "two_to_one", "three_to_two"];

/// The text of [`COPIES`].
pub(super) const COPY: &str = include_str!("../measure/copy.wgsl");

/// Functions of `x: vec4<f32>`.
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

/// The forward pass of a function in its naive form, in `f32`, an element for an element of the copy; not every function has one.
pub fn naive(name: &str) -> Option<String> {
    let (_, formula) = FORMULAS.iter().find(|(known, _)| *known == name)?;
    let read = "out[args.out + i] = a[args.a + i];";
    let write = format!(
        "let x = bitcast<vec4<f32>>(a[args.a + i]);\n        out[args.out + i] = bitcast<vec4<u32>>({formula});"
    );
    Some(COPY.replacen(read, &write, 1))
}

#[cfg(test)]
mod tests {
    use super::{FORMULAS, naive};

    #[test]
    fn every_formula_takes_the_place_of_the_copy() {
        for (name, formula) in FORMULAS {
            assert!(naive(name).unwrap().contains(formula), "{name}");
        }
        assert_eq!(naive("no such"), None);
    }
}
