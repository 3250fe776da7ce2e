//! What PyTorch, transformers, ONNX and ggml call their functions, from the files named, and what these are here.

/// A system's name, ours, and the system's parameter values in our order, unless it has no defaults.
pub(crate) type Name = (&'static str, &'static str, Option<&'static [f64]>);

/// The parameter values where a system names what has none with us, or leaves them to its caller.
const NONE: Option<&[f64]> = Some(&[]);
const CALLERS: Option<&[f64]> = None;

/// pytorch/pytorch, torch/nn/modules/activation.py, and `Identity`.
const TORCH: &[Name] = &[
    ("CELU", "celu", Some(&[1.0])),
    ("ELU", "elu", Some(&[1.0])),
    ("GELU", "gelu", NONE),
    ("GLU", "glu", NONE),
    ("Hardshrink", "hardshrink", Some(&[0.5])),
    ("Hardsigmoid", "hardsigmoid", Some(&[1.0 / 6.0, 0.5])),
    ("Hardswish", "hardswish", NONE),
    ("Hardtanh", "hardtanh", Some(&[-1.0, 1.0])),
    ("Identity", "identity", NONE),
    ("LeakyReLU", "leaky_relu", Some(&[0.01])),
    ("LogSigmoid", "logsigmoid", NONE),
    ("LogSoftmax", "log_softmax", NONE),
    ("Mish", "mish", NONE),
    ("PReLU", "prelu", Some(&[0.25])),
    ("ReLU", "relu", NONE),
    ("ReLU6", "relu6", NONE),
    ("RReLU", "rrelu", Some(&[1.0 / 8.0, 1.0 / 3.0])),
    ("SELU", "selu", Some(&[1.6732632423543772, 1.0507009873554805])),
    ("Sigmoid", "sigmoid", NONE),
    ("SiLU", "silu", NONE),
    ("Softmax", "softmax", NONE),
    ("Softmax2d", "softmax2d", NONE),
    ("Softmin", "softmin", NONE),
    ("Softplus", "softplus", Some(&[1.0])),
    ("Softshrink", "softshrink", Some(&[0.5])),
    ("Softsign", "softsign", NONE),
    ("Tanh", "tanh", NONE),
    ("Tanhshrink", "tanhshrink", NONE),
    ("Threshold", "threshold", CALLERS),
];

/// huggingface/transformers, src/transformers/activations.py: ACT2CLS.
#[expect(clippy::approx_constant, reason = "the file rounds sqrt(1/2) itself")]
const TRANSFORMERS: &[Name] = &[
    ("gelu", "gelu", NONE),
    ("gelu_10", "clipped_gelu", NONE),
    ("gelu_fast", "gelu_tanh", NONE),
    ("gelu_new", "gelu_tanh", NONE),
    ("gelu_python", "gelu", NONE),
    ("gelu_pytorch_tanh", "gelu_tanh", NONE),
    ("gelu_python_tanh", "gelu_tanh", NONE),
    ("gelu_accurate", "gelu_tanh", NONE),
    ("hardswish", "hardswish", NONE),
    ("laplace", "laplace", Some(&[0.707107, 0.282095])),
    ("leaky_relu", "leaky_relu", Some(&[0.01])),
    ("linear", "linear", Some(&[1.0, 0.0])),
    ("mish", "mish", NONE),
    ("quick_gelu", "quick_gelu", NONE),
    ("relu", "relu", NONE),
    ("relu2", "relu_squared", NONE),
    ("relu6", "relu6", NONE),
    ("sigmoid", "sigmoid", NONE),
    ("silu", "silu", NONE),
    ("sqrtsoftplus", "sqrt_softplus", NONE),
    ("swish", "swish", Some(&[1.0])),
    ("tanh", "tanh", NONE),
    ("prelu", "prelu", Some(&[0.25])),
    ("xielu", "xielu", Some(&[0.8, 0.8, 0.5, -1e-6])),
];

/// onnx/onnx, docs/Operators.md: activations, and the functions of one argument that we have as well.
pub(crate) const ONNX: &[Name] = &[
    ("Abs", "abs", NONE),
    ("Asinh", "asinh", NONE),
    ("Atan", "atan", NONE),
    ("Celu", "celu", Some(&[1.0])),
    ("Clip", "clip", Some(&[f32::MIN as f64, f32::MAX as f64])),
    ("Cos", "cosine", NONE),
    ("Cosh", "cosh", NONE),
    ("Elu", "elu", Some(&[1.0])),
    ("Erf", "erf", NONE),
    ("Exp", "exponential", NONE),
    ("Gelu", "gelu", NONE),
    ("HardSigmoid", "hardsigmoid", Some(&[0.2, 0.5])),
    ("HardSwish", "hardswish", NONE),
    ("Hardmax", "hardmax", NONE),
    ("Identity", "identity", NONE),
    ("LeakyRelu", "leaky_relu", Some(&[0.01])),
    ("Log", "log", NONE),
    ("LogSoftmax", "log_softmax", NONE),
    ("Mish", "mish", NONE),
    ("PRelu", "prelu", CALLERS),
    ("ReduceLogSumExp", "logsumexp", NONE),
    ("Relu", "relu", NONE),
    ("Selu", "selu", Some(&[1.673_263_192_176_818_8, 1.050_701_022_148_132_3])),
    ("Shrink", "shrink", Some(&[0.5, 0.0])),
    ("Sigmoid", "sigmoid", NONE),
    ("Sign", "sign", NONE),
    ("Sinh", "sinh", NONE),
    ("Softmax", "softmax", NONE),
    ("Softplus", "softplus", Some(&[1.0])),
    ("Softsign", "softsign", NONE),
    ("Sqrt", "sqrt", NONE),
    ("SwiGLU", "swiglu", NONE),
    ("Swish", "swish", Some(&[1.0])),
    ("Tanh", "tanh", NONE),
    ("ThresholdedRelu", "thresholded_relu", Some(&[1.0])),
];

/// microsoft/onnxruntime, docs/ContribOperators.md, and what core/graph/contrib_ops keeps of operators that ONNX gave up.
const MICROSOFT: &[Name] = &[
    ("Affine", "linear", Some(&[1.0, 0.0])),
    ("FastGelu", "gelu_tanh", NONE),
    ("Gelu", "gelu", NONE),
    ("ParametricSoftplus", "parametric_softplus", CALLERS),
    ("QuickGelu", "quick_gelu", NONE),
    ("ScaledTanh", "scaled_tanh", CALLERS),
];

/// ggml-org/ggml, include/ggml.h: enum ggml_unary_op.
const GGML_UNARY: &[Name] = &[
    ("ABS", "abs", NONE),
    ("SGN", "sign", NONE),
    ("STEP", "binary_step", NONE),
    ("TANH", "tanh", NONE),
    ("ELU", "elu", Some(&[1.0])),
    ("RELU", "relu", NONE),
    ("SIGMOID", "sigmoid", NONE),
    ("GELU", "gelu_tanh", NONE),
    ("GELU_QUICK", "quick_gelu", NONE),
    ("SILU", "silu", NONE),
    ("HARDSWISH", "hardswish", NONE),
    ("HARDSIGMOID", "hardsigmoid", Some(&[1.0 / 6.0, 0.5])),
    ("EXP", "exponential", NONE),
    ("EXPM1", "expm1", NONE),
    ("SOFTPLUS", "softplus", Some(&[1.0])),
    ("GELU_ERF", "gelu", NONE),
    ("XIELU", "xielu", CALLERS),
];

/// The same file: enum ggml_glu_op.
const GGML_GLU: &[Name] = &[
    ("REGLU", "reglu", NONE),
    ("GEGLU", "geglu_tanh", NONE),
    ("SWIGLU", "swiglu", NONE),
    ("SWIGLU_OAI", "swiglu_oai", CALLERS),
    ("GEGLU_ERF", "geglu", NONE),
    ("GEGLU_QUICK", "quick_geglu", NONE),
];

/// The lists, each with the prefixes that its names have; "" where the bare name means the same.
pub(crate) const SYSTEMS: &[(&[&str], &[Name])] = &[
    (&["", "nn.", "torch.nn."], TORCH),
    (&[""], TRANSFORMERS),
    (&["", "ai.onnx."], ONNX),
    (&["", "com.microsoft."], MICROSOFT),
    (&["GGML_UNARY_OP_"], GGML_UNARY),
    (&["GGML_GLU_OP_"], GGML_GLU),
];

/// Functions found with other defaults than the system's; the caller has to give the values.
pub(crate) const DIFFERING: &[(&str, &str)] = &[
    ("HardSigmoid", "ONNX's slope is 0.2; ours, PyTorch's, ggml's and Keras's 1/6"),
    ("Clip", "ONNX limits infinities to the largest finite numbers; ours, as PyTorch, leaves them"),
];

/// What those systems have and we have not, or under other names, and why it must not be found.
pub(crate) const ABSENT: &[(&str, &str)] = &[
    ("nn.MultiheadAttention", "an attention layer"),
    ("nn.AdaptiveLogSoftmaxWithLoss", "a loss with matrices"),
    ("nn.Linear", "a layer; ours is slope x + bias"),
    ("F.linear", "a layer"),
    ("torch.nn.Bilinear", "a layer; ours is the gate a b"),
    ("torch.nn.functional.bilinear", "a layer"),
    ("Sin", "sine is sin(omega x) with the omega of SIREN, 30"),
    ("Tan", "not there"),
    ("Pow", "its exponent is a tensor; power is (alpha + beta x)^gamma"),
    ("Reciprocal", "not there"),
    ("com.microsoft.BiasGelu", "adds a bias first"),
    ("com.microsoft.BiasSplitGelu", "adds a bias first, and the value comes first"),
    ("com.microsoft.BiasSoftmax", "adds a bias that repeats"),
    ("com.microsoft.GemmFastGelu", "multiplies matrices first"),
    ("com.microsoft.QLinearLeakyRelu", "of 8-bit integers"),
    ("com.microsoft.QLinearSigmoid", "of 8-bit integers"),
    ("com.microsoft.QLinearSoftmax", "of 8-bit integers"),
    ("com.microsoft.QOrderedGelu", "of 8-bit integers"),
    ("com.microsoft.SwiGLU", "its attributes decide whether it is swiglu, swiglu_clamp or swiglu_oai"),
    ("GGML_UNARY_OP_NEG", "not there"),
    ("GGML_UNARY_OP_FLOOR", "not there"),
    ("GGML_UNARY_OP_CEIL", "not there"),
    ("GGML_UNARY_OP_ROUND", "not there"),
    ("GGML_UNARY_OP_TRUNC", "not there"),
    ("elliott", "softsign in Elliott's paper, (1 + softsign) / 2 in FANN"),
    ("lrelu", "a leaky ReLU of slope 0.01, 0.02, 0.05 or 0.2, by who says it"),
    ("relu1", "relu limited at 1, or hardtanh"),
];
