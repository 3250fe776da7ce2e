// As math/quick, for results of 16 bits.
// requires: math/units

fn quick_gelu_scaled(x: f32) -> vec2<f32> {
    let e = exp2(fma(clamp(x, -64.0, 32.0), -2.45546699, -gate_shift())); // 1.702 / ln 2
    return vec2<f32>(e, 1.0 / (gate_unit() + e));
}
