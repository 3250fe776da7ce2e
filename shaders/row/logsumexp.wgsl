// Logsumexp: m + log(sum of exp(x - m)); the gradient softmax(x) dy. Where m is infinite, so is the value; the gradient is NaN where x
// is m then, 0 elsewhere.
// requires: math/log, math/opaque, row/item, row/soft

fn logsumexp_infinite(m: f32) -> bool {
    return (bitcast<u32>(m) & 0x7fffffffu) == 0x7f800000u;
}

fn logsumexp_key(e: Item, p: vec4<f32>) -> f32 {
    return e.x;
}

// The others' terms times 2^24: the sum of two that are subnormal may be normal.
fn logsumexp_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec2<f32> {
    return soft_term_apart(soft_distance(vec2<f32>(e.x, 0.0), s.x), 24.0);
}

// (m, log of the sum)
fn logsumexp_next(s: vec4<f32>, sum: vec2<f32>, p: vec4<f32>, round: u32) -> vec4<f32> {
    return vec4<f32>(s.x, log1p_stable(opaque(sum.x - 1.0) + 5.9604645e-8 * sum.y), 0.0, s.w); // 2^-24
}

fn logsumexp(s: vec4<f32>, p: vec4<f32>) -> f32 {
    return select(s.x + s.y, s.x, logsumexp_infinite(s.x));
}

fn logsumexp_dx_key(e: Item, p: vec4<f32>) -> f32 {
    return e.x;
}

fn logsumexp_dx_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec2<f32> {
    return soft_term_apart(soft_distance(vec2<f32>(e.x, 0.0), s.x), 0.0);
}

fn logsumexp_dx(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    let dx = soft_value(soft_distance(vec2<f32>(e.x, 0.0), s.x), s) * e.b;
    // NaN, which no literal may be
    let at_most = bitcast<f32>(select(0u, 0x7fc00000u, bitcast<u32>(e.x) == bitcast<u32>(s.x)));
    return select(dx, at_most, logsumexp_infinite(s.x));
}
