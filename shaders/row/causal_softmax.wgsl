// Causal softmax: the softmax of scale x over the first q + 1 elements of row q of each matrix of `queries` rows, or of a
// square one if that is 0; 0 beyond.
// requires: math/gradient, row/item, row/soft

fn causal_softmax_hidden(e: Item, p: vec4<f32>) -> bool {
    return e.at > e.row % select(u32(p.y), e.length, p.y < 1.0);
}

fn causal_softmax_key(e: Item, p: vec4<f32>) -> f32 {
    // -inf, which no literal may be
    return select(e.x * sign(p.x), bitcast<f32>(0xff800000u | (e.at & 0u)), causal_softmax_hidden(e, p));
}

fn causal_softmax_begin(m: f32, p: vec4<f32>) -> vec4<f32> {
    return soft_scaled_begin(m, p.x);
}

fn causal_softmax_rescale(s: vec4<f32>, next: vec4<f32>, p: vec4<f32>) -> f32 {
    return soft_rescale((s.x - next.x) * soft_factors(p.x).y);
}

fn causal_softmax_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec2<f32> {
    let t = soft_term(soft_scaled(e.x, s.x, p.x));
    let hidden = causal_softmax_hidden(e, p);
    return vec2<f32>(select(t.x, 0.0, hidden), select(t.y, 0.0, hidden));
}

fn causal_softmax(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    return select(soft_value(soft_scaled(e.x, s.x, p.x), s), 0.0, causal_softmax_hidden(e, p));
}

// Hidden elements have y = 0 and no gradient.
fn causal_softmax_dx_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec2<f32> {
    return vec2<f32>(select(e.x * e.b, 0.0, causal_softmax_hidden(e, p)), 0.0);
}

fn causal_softmax_dx(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    return select(product3(e.x, e.b - s.y, p.x), 0.0, causal_softmax_hidden(e, p));
}
