// Parameter values that hold for the whole tensor.
@group(0) @binding(1) var<uniform> params: vec4<f32>;

fn param(k: u32, channel: u32) -> f32 {
    return params[k];
}
