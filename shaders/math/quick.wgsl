// Sigmoid of 1.702 x.
// Domain: every f32.
// Method: exp(-1.702 x) is reduced in units of x: x = -n ln 2 / 1.702 + s, and a minimax polynomial of s (error 2^-28) is
//         exp(-1.702 s) - 1, so that no product is rounded before.
// Error:  2.5 ULP.
// requires: math/exp_core, math/opaque, math/ratio, math/units

// (2^-40 exp(-1.702 x), 2^40 sigmoid(1.702 x)) as `gate_scaled`
fn quick_gelu_scaled(x: f32) -> vec2<f32> {
    let v = clamp(x, -64.0, 32.0);
    let n = round(v * -2.45546699); // 1.702 / ln 2
    // ln 2 / 1.702 in two parts: the first has 13 bits.
    let s = fma(n, 2.79501674e-5, opaque(fma(n, 0.4072265625, v)));
    let z = s * s;
    let q = (1.44840205 + s * -0.82171756) + z * ((0.349639505 + s * -0.119561806) + z * 0.0339331515);
    let e = raise_exp2(1.0 + fma(z, q, -1.702 * s), n, -gate_shift());
    return vec2<f32>(e, inverse(gate_unit() + e));
}
