//! Drop-ins for modules of `burn::nn`, with the same trained fields, so that records of one load into the other.

use burn::config::Config;
use burn::module::{Initializer, Module, Param};
use burn::nn::{Linear, LinearConfig, LinearLayout};
use burn::tensor::{Device, Tensor};

use crate::activation;

/// Modules without parameters: the document, the name, the function.
macro_rules! modules {
    ($($(#[$document:meta])* $name:ident: $function:ident;)*) => {$(
        $(#[$document])*
        #[derive(Module, Debug, Default)]
        pub struct $name;

        impl $name {
            /// The module.
            pub fn new() -> Self {
                Self
            }

            /// The function of every element of a tensor of any shape.
            pub fn forward<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
                activation::$function(input)
            }
        }
    )*};
}

modules! {
    /// SiLU: x sigmoid(x).
    SiLU: silu;
    /// Mish: x tanh(softplus(x)).
    Mish: mish;
    /// The hyperbolic tangent.
    Tanh: tanh;
    /// The logistic function.
    Sigmoid: sigmoid;
}

/// GELU.
#[derive(Module, Debug, Default)]
pub struct Gelu {
    /// Whether it is the tanh form.
    pub approximate: bool,
}

impl Gelu {
    /// The exact form.
    pub fn new() -> Self {
        Self::default()
    }

    /// The tanh form.
    pub fn new_approximate() -> Self {
        Self { approximate: true }
    }

    /// The function of every element of a tensor of any shape.
    pub fn forward<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
        if self.approximate { activation::gelu_tanh(input) } else { activation::gelu(input) }
    }
}

/// Softplus: log(1 + exp(beta x)) / beta.
#[derive(Module, Debug)]
pub struct Softplus {
    /// The sharpness, not 0.
    pub beta: f64,
}

/// What makes a [`Softplus`].
#[derive(Config, Debug)]
pub struct SoftplusConfig {
    /// The sharpness, not 0.
    #[config(default = "1.0")]
    pub beta: f64,
}

impl SoftplusConfig {
    /// The module.
    pub fn init(&self) -> Softplus {
        Softplus { beta: self.beta }
    }
}

impl Softplus {
    /// The function of every element of a tensor of any shape.
    pub fn forward<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
        activation::softplus(input, self.beta)
    }
}

/// PReLU, whose slopes are trained.
#[derive(Module, Debug)]
pub struct PRelu {
    /// One slope, or one for each index of axis 1.
    pub alpha: Param<Tensor<1>>,
    /// What they were at first.
    pub alpha_value: f64,
}

/// What makes a [`PRelu`].
#[derive(Config, Debug)]
pub struct PReluConfig {
    /// How many slopes there are: 1, or the size of axis 1.
    #[config(default = "1")]
    pub num_parameters: usize,
    /// What they are at first.
    #[config(default = "0.25")]
    pub alpha: f64,
}

impl PReluConfig {
    /// The module.
    pub fn init(&self, device: &Device) -> PRelu {
        PRelu { alpha: constant(self.alpha, self.num_parameters, device), alpha_value: self.alpha }
    }
}

impl PRelu {
    /// The function of every element; with several slopes axis 1 has as many.
    pub fn forward<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
        activation::prelu(input, self.alpha.val())
    }
}

/// Swish: x sigmoid(beta x), whose beta is trained.
#[derive(Module, Debug)]
pub struct Swish {
    /// One beta, or one for each index of axis 1.
    pub beta: Param<Tensor<1>>,
}

/// What makes a [`Swish`].
#[derive(Config, Debug)]
pub struct SwishConfig {
    /// How many betas there are: 1, or the size of axis 1.
    #[config(default = "1")]
    pub num_parameters: usize,
    /// What they are at first.
    #[config(default = "1.0")]
    pub beta: f64,
}

impl SwishConfig {
    /// The module.
    pub fn init(&self, device: &Device) -> Swish {
        Swish { beta: constant(self.beta, self.num_parameters, device) }
    }
}

impl Swish {
    /// The function of every element; with several betas axis 1 has as many.
    pub fn forward<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
        activation::swish(input, self.beta.val())
    }
}

fn constant(value: f64, count: usize, device: &Device) -> Param<Tensor<1>> {
    Initializer::Constant { value }.init([count], device)
}

/// Softmax along an axis.
#[derive(Module, Debug)]
pub struct Softmax {
    /// The axis.
    pub dim: usize,
}

impl Softmax {
    /// Along this axis.
    pub fn new(dim: usize) -> Self {
        Self { dim }
    }

    /// The function of every row along the axis.
    pub fn forward<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
        activation::softmax(input, self.dim)
    }
}

/// The logarithm of softmax along an axis.
#[derive(Module, Debug)]
pub struct LogSoftmax {
    /// The axis.
    pub dim: usize,
}

impl LogSoftmax {
    /// Along this axis.
    pub fn new(dim: usize) -> Self {
        Self { dim }
    }

    /// The function of every row along the axis.
    pub fn forward<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
        activation::log_softmax(input, self.dim)
    }
}

/// Two linear layers of which one is gated: the document, the names of module and configuration, the function.
macro_rules! gated {
    ($($(#[$document:meta])* $name:ident, $config:ident: $function:ident;)*) => {$(
        $(#[$document])*
        #[derive(Module, Debug)]
        pub struct $name {
            /// The layer whose output goes through the function.
            pub linear_inner: Linear,
            /// The layer whose output it is multiplied by.
            pub linear_outer: Linear,
        }

        #[doc = concat!("What makes a [`", stringify!($name), "`].")]
        #[derive(Config, Debug)]
        pub struct $config {
            /// Features of the input.
            pub d_input: usize,
            /// Features of the output.
            pub d_output: usize,
            /// Whether the layers have a bias.
            #[config(default = false)]
            pub bias: bool,
            /// How weights begin.
            #[config(default = "Initializer::KaimingUniform{gain: 1.0 / f64::sqrt(3.0), fan_out_only: false}")]
            pub initializer: Initializer,
            /// How weights lie.
            #[config(default = "LinearLayout::Row")]
            pub layout: LinearLayout,
        }

        impl $config {
            /// The module.
            pub fn init(&self, device: &Device) -> $name {
                let linear = || {
                    LinearConfig::new(self.d_input, self.d_output)
                        .with_bias(self.bias)
                        .with_initializer(self.initializer.clone())
                        .with_layout(self.layout)
                        .init(device)
                };
                $name { linear_inner: linear(), linear_outer: linear() }
            }
        }

        impl $name {
            /// From [..., d_input] to [..., d_output].
            pub fn forward<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
                let gated = self.linear_inner.forward(input.clone());
                activation::$function(gated, self.linear_outer.forward(input))
            }
        }
    )*};
}

gated! {
    /// SwiGLU: silu(inner(x)) outer(x).
    SwiGlu, SwiGluConfig: swiglu;
    /// GEGLU: gelu(inner(x)) outer(x).
    GeGlu, GeGluConfig: geglu;
}
