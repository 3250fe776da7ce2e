// Log-softmax: (x - m) - log(sum of exp(x - m)). Next to a dominant element the sum is 1 + rest, and the logarithm of 1 + rest
// keeps the digits of the rest.
// requires: math/exp, math/log, math/opaque, row/item, row/soft

fn log_softmax_key(e: Item, p: vec4<f32>) -> f32 {
    return e.x;
}

// The others' terms times 2^24: the sum of two that are subnormal may be normal.
fn log_softmax_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec2<f32> {
    return soft_term_apart(soft_distance(vec2<f32>(e.x, 0.0), s.x), 24.0);
}

// (m, log of the sum)
fn log_softmax_next(s: vec4<f32>, sum: vec2<f32>, p: vec4<f32>, round: u32) -> vec4<f32> {
    return vec4<f32>(s.x, log1p_stable(opaque(sum.x - 1.0) + 5.9604645e-8 * sum.y), 0.0, s.w); // 2^-24
}

fn log_softmax(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    return opaque(e.x - s.x) - s.y;
}

fn log_softmax_dx_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec2<f32> {
    return vec2<f32>(e.b, 0.0);
}

// dy - softmax sum(dy), from y
fn log_softmax_dx(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    return e.b - exp_stable(e.x) * s.y;
}
