// The argument of GELU's tanh form, twice u = sqrt(2 / pi) (x + 0.044715 x^3), as hi + lo.
// Domain: every f32; saturates at |x| = 12.
// Error:  2^-33 of it.
// requires: math/opaque, math/parts

// 2u = x w as hi + lo, w = c1 + c3 x^2: c1 = 2 sqrt(2 / pi), c3 = 0.044715 c1, both as a short part and a rest.
fn gelu_tanh_z(x: f32) -> vec2<f32> {
    let v = clamp(x, -12.0, 12.0); // 2u(12) = 142, where sigmoid is 1 or subnormal
    let h = high_bits(v);
    let s = h * h;
    let sh = high_bits(s);
    let rest = 0.0713500977 * (s - sh) + 4.71861631e-06 * s + (0.0713548139 * ((v - h) * (v + h)) + 1.93077895e-07);
    let wh = round((1.59576917 + 0.0713548139 * (v * v)) * 256.0) * 0.00390625; // 12 bits of w
    let wl = fma(0.0713500977, sh, opaque(1.59576893 - wh)) + rest;
    return vec2<f32>(h * wh, (v - h) * wh + v * wl);
}
