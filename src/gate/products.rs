//! Gates f(a) b with names of their own. No WGSL file is theirs: kernels multiply.
use crate::activation::{self, GELU, IDENTITY, POW_SILU, QUICK_GELU, RELU, SILU};
use crate::function::Gate;

/// SwiGLU: silu(a) b.
pub static SWIGLU: Gate = Gate {
    aliases: &["silu_and_mul"],
    formula: "silu(a) b",
    derivatives: ["b silu'(a)", "silu(a)"],
    convention: "The gate comes first, as in Llama's w1 and candle; ONNX's SwiGLU has the gate first, too.",
    bounds: [3.5, 6.5, 3.75],
    ..Gate::product("swiglu", &SILU)
};

/// GEGLU: gelu(a) b, with the erf form of GELU.
pub static GEGLU: Gate = Gate {
    aliases: &["gelu_and_mul", "geglu_erf"],
    formula: "gelu(a) b",
    derivatives: ["b gelu'(a)", "gelu(a)"],
    convention: "The erf form of GELU, as in the paper; the gate comes first (diffusers: the value).",
    bounds: [5.5, 5.75, 5.0],
    ..Gate::product("geglu", &GELU)
};

/// GEGLU with the tanh form of GELU: gelu_tanh(a) b.
pub static GEGLU_TANH: Gate = Gate {
    aliases: &["gelu_tanh_and_mul", "ggml_glu_op_geglu"],
    formula: "gelu_tanh(a) b",
    derivatives: ["b gelu_tanh'(a)", "gelu_tanh(a)"],
    convention: "Gemma's and T5 1.1's gate; the gate comes first.",
    bounds: [3.5, 6.25, 3.5],
    ..Gate::product("geglu_tanh", &activation::GELU_TANH)
};

/// ReGLU: relu(a) b.
pub static REGLU: Gate = Gate {
    aliases: &["relu_and_mul"],
    formula: "relu(a) b",
    derivatives: ["b relu'(a)", "relu(a)"],
    convention: "Gradient 0 at a = 0, as in PyTorch; the gate comes first.",
    bounds: [0.5, 0.5, 0.5],
    ..Gate::product("reglu", &RELU)
};

/// Bilinear: a b.
pub static BILINEAR: Gate = Gate {
    aliases: &["mul"],
    formula: "a b",
    derivatives: ["b", "a"],
    convention: "A gate without activation.",
    bounds: [0.5, 0.5, 0.5],
    ..Gate::product("bilinear", &IDENTITY)
};

/// GEGLU with the sigmoid form of GELU: quick_gelu(a) b.
pub static QUICK_GEGLU: Gate = Gate {
    aliases: &["geglu_quick", "quick_gelu_and_mul", "qgeglu"],
    formula: "quick_gelu(a) b",
    derivatives: ["b quick_gelu'(a)", "quick_gelu(a)"],
    convention: "The gate comes first.",
    bounds: [4.75, 7.75, 4.25],
    ..Gate::product("quick_geglu", &QUICK_GELU)
};

/// PowGLU: pow_silu(a) b.
pub static POW_GLU: Gate = Gate {
    formula: "pow_silu(a) b",
    derivatives: ["b pow_silu'(a)", "pow_silu(a)"],
    convention: "The gate comes first.",
    paper: "flash-linear-attention 2026, PowGLU",
    bounds: [4.25, 10.25, 4.25],
    ..Gate::product("pow_glu", &POW_SILU)
};
