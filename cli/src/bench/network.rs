//! What activations known networks have in a forward pass: which functions, of how many elements, how often.

use clap::ValueEnum;

/// A network by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Model {
    #[value(name = "llama-3-8b")]
    Llama3,
    #[value(name = "gpt-oss-20b")]
    GptOss,
    #[value(name = "vit-b")]
    VitB,
    #[value(name = "unet")]
    UNet,
}

/// Equal calls in a forward pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) function: &'static str,
    /// The length of rows; 1 for functions of elements.
    pub(super) length: u64,
    pub(super) elements: u64,
    /// Calls in the pass.
    pub(super) count: u64,
}

/// Calls of elements.
fn of(function: &'static str, elements: u64, count: u64) -> Shape {
    Shape { function, length: 1, elements, count }
}

/// Calls of so many rows of this length.
fn rows(function: &'static str, rows: u64, length: u64, count: u64) -> Shape {
    Shape { function, length, elements: rows * length, count }
}

impl Model {
    /// What goes through the network at once.
    pub(super) fn batch(self) -> &'static str {
        match self {
            Self::Llama3 | Self::GptOss => "a prefill of 512 tokens, batch 1",
            Self::VitB => "images of 224 x 224, batch 8",
            Self::UNet => "one step of 512 x 512, batch 2 for guidance",
        }
    }

    /// Where the numbers come from.
    pub(super) fn source(self) -> &'static str {
        match self {
            Self::Llama3 => "config.json of meta-llama/Meta-Llama-3-8B",
            Self::GptOss => "config.json of openai/gpt-oss-20b, and its model card, arXiv 2508.10925",
            Self::VitB => "Dosovitskiy et al. 2021, arXiv 2010.11929, table 1, ViT-B/16",
            Self::UNet => "unet/config.json of stable-diffusion-v1-5, and UNet2DConditionModel of diffusers",
        }
    }

    /// What stands in for what cannot be measured as it is.
    pub(super) fn note(self) -> &'static str {
        match self {
            Self::Llama3 => "attention's softmax over whole rows, without its mask",
            Self::GptOss => {
                "attention's softmax over whole rows, without its mask and sinks; in every other layer rows of the window"
            }
            Self::VitB | Self::UNet => "attention's softmax over whole rows, as without a fused kernel",
        }
    }

    /// Its calls; equal ones once.
    pub(super) fn shapes(self) -> Vec<Shape> {
        let all = match self {
            Self::Llama3 => llama(),
            Self::GptOss => gpt_oss(),
            Self::VitB => vit_b(),
            Self::UNet => unet(),
        };
        let mut shapes: Vec<Shape> = Vec::new();
        for shape in all {
            let same = |s: &&mut Shape| Shape { count: 0, ..**s } == Shape { count: 0, ..shape };
            match shapes.iter_mut().find(same) {
                Some(known) => known.count += shape.count,
                None => shapes.push(shape),
            }
        }
        shapes
    }
}

/// intermediate_size 14336, num_hidden_layers 32, num_attention_heads 32, hidden_act silu.
fn llama() -> Vec<Shape> {
    let (tokens, layers, heads) = (512, 32, 32);
    vec![of("swiglu", tokens * 14_336, layers), rows("softmax", heads * tokens, tokens, layers)]
}

/// intermediate_size 2880, num_hidden_layers 24, num_attention_heads 64, sliding_window 128 in every other layer,
/// experts_per_token 4; the shares of the experts are a softmax over those chosen.
fn gpt_oss() -> Vec<Shape> {
    let (tokens, layers, heads, window, experts) = (512, 24, 64, 128, 4);
    vec![
        of("swiglu_oai", tokens * experts * 2_880, layers),
        rows("softmax", heads * tokens, tokens, layers / 2),
        rows("softmax", heads * tokens, window, layers / 2),
        rows("softmax", tokens, experts, layers),
    ]
}

/// 12 layers, 12 heads, an MLP of 3072; 14 x 14 patches and the class token.
fn vit_b() -> Vec<Shape> {
    let (batch, tokens, layers, heads) = (8, 197, 12, 12);
    vec![of("gelu", batch * tokens * 3_072, layers), rows("softmax", batch * heads * tokens, tokens, layers)]
}

/// block_out_channels 320, 640, 1280, 1280 at 64, 32, 16 and 8 pixels a side, layers_per_block 2, attention_head_dim 8 (which
/// diffusers takes for the number of heads), 77 tokens of text.
fn unet() -> Vec<Shape> {
    let batch = 2;
    // Channels, side, and how many silu see them. Each of the 22 residual blocks has one behind either norm; the first
    // sees the block's input, on the way up with a skip connection beside it. The last stands before the output.
    let residual = [
        (320, 64, 4 + 3 + 1),
        (640, 64, 2),
        (960, 64, 1),
        (320, 32, 1),
        (640, 32, 3 + 3),
        (960, 32, 1),
        (1280, 32, 1),
        (1920, 32, 1),
        (640, 16, 1),
        (1280, 16, 3 + 3),
        (1920, 16, 1),
        (2560, 16, 2),
        (1280, 8, 4 + 4 + 3),
        (2560, 8, 3),
    ];
    let silu = residual.map(|(channels, side, count)| of("silu", batch * channels * side * side, count));
    // Time's embedding, once where it is made and once in each residual block.
    let time = of("silu", batch * 1280, 1 + 22);
    // Channels, side and transformer blocks, of which each has two attentions and a gated layer four times as wide.
    let blocks = [(320, 64, 2 + 3), (640, 32, 2 + 3), (1280, 16, 2 + 3), (1280, 8, 1)];
    let transformers = blocks.into_iter().flat_map(|(channels, side, count)| {
        let (tokens, heads) = (side * side, 8);
        let attention = |keys| rows("softmax", batch * heads * tokens, keys, count);
        [of("geglu", batch * tokens * 4 * channels, count), attention(tokens), attention(77)]
    });
    silu.into_iter().chain([time]).chain(transformers).collect()
}

#[cfg(test)]
mod tests {
    use wgpu_activations::Op;

    use super::*;

    #[test]
    fn functions_are_known_and_rows_whole() {
        for model in Model::value_variants() {
            let shapes = model.shapes();
            for (k, shape) in shapes.iter().enumerate() {
                let rows = matches!(Op::find(shape.function).unwrap(), Op::RowFunction(_));
                assert!(rows == (shape.length > 1) && shape.elements.is_multiple_of(shape.length), "{shape:?}");
                let equal = |s: &Shape| Shape { count: 0, ..*s } == Shape { count: 0, ..*shape };
                assert!(shape.count > 0 && !shapes[k + 1..].iter().any(equal), "{shape:?}");
            }
        }
    }

    #[test]
    fn calls_add_up() {
        let count = |model: Model, function: &str| -> u64 {
            model.shapes().iter().filter(|shape| shape.function == function).map(|shape| shape.count).sum()
        };
        // Two for each residual block, one before the output, and those of the time.
        assert_eq!(count(Model::UNet, "silu"), 22 * 2 + 1 + 23);
        assert_eq!((count(Model::UNet, "geglu"), count(Model::UNet, "softmax")), (16, 32));
        assert_eq!((count(Model::GptOss, "swiglu_oai"), count(Model::GptOss, "softmax")), (24, 48));
        assert_eq!(Model::Llama3.shapes()[0], of("swiglu", 7_340_032, 32));
        assert_eq!(Model::VitB.shapes()[1], rows("softmax", 18_912, 197, 12));
    }
}
