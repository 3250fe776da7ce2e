// Up to eight parameter values that hold for the whole tensor.
@group(0) @binding(1) var<uniform> params: array<vec4<f32>, 2>;

fn param(k: u32, channel: u32) -> f32 {
    return params[k / 4u][k % 4u];
}
