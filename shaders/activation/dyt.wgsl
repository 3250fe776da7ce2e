// DyT: weight tanh(alpha x) + bias.
// requires: math/exp, math/gate, math/opaque, math/parts, math/product, math/ratio, math/tanh, math/tanh_line

fn dyt(x: f32, weight: f32, alpha: f32, bias: f32) -> f32 {
    // Parts of tiny products may be subnormal.
    let plain = alpha * x;
    let z = product(x, alpha);
    let small = abs(plain) < 1e-20;
    let s = tanh_line(bias, weight, vec2<f32>(select(z.x, plain, small), select(z.y, 0.0, small)));
    return mul_exp2(s.x, s.y);
}

// With its exponent apart until the end: the factors may lift a subnormal number.
fn dyt_dx(x: f32, weight: f32, alpha: f32, bias: f32) -> f32 {
    let p = gate_parts(product(x, 2.0 * alpha));
    return mul_exp2(4.0 * weight * alpha * (p.x * inverse(1.0 + p.z * (2.0 + p.z))), p.y);
}

fn dyt_dweight(x: f32, weight: f32, alpha: f32, bias: f32) -> f32 {
    return tanh_stable(alpha * x);
}

fn dyt_dalpha(x: f32, weight: f32, alpha: f32, bias: f32) -> f32 {
    let p = gate_parts(product(x, 2.0 * alpha));
    return mul_exp2(opaque(4.0 * weight * (p.x * inverse(1.0 + p.z * (2.0 + p.z)))) * finite(x), p.y);
}

fn dyt_dbias(x: f32, weight: f32, alpha: f32, bias: f32) -> f32 {
    return 1.0;
}
