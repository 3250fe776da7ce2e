// Attention's softmax: of scale x + b beside one more logit, the sink, where b is what masks and slopes add, and -inf beside x = 0
// where a key is not seen: 0 there. p = (scale, softcap, slope, sink).
// requires: math/gradient, row/item, row/masked_softmax, row/soft

fn attention_softmax_key(e: Item, p: vec4<f32>) -> f32 {
    return masked_softmax_key(e, p);
}

// Rows of which nothing is seen, and that have no sink, have nearly the least finite number as their
// largest: all exponentials are 0.
fn attention_softmax_begin(m: f32, p: vec4<f32>) -> vec4<f32> {
    return vec4<f32>(max(max(m, p.w), -3.4028233e38), 0.0, 0.0, 0.0);
}

fn attention_softmax_rescale(s: vec4<f32>, next: vec4<f32>, p: vec4<f32>) -> f32 {
    return soft_rescale(s.x - next.x);
}

fn attention_softmax_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec2<f32> {
    let t = masked_softmax_term(e, s, p);
    return vec2<f32>(select(t.x, 0.0, bitcast<u32>(e.b) == 0xff800000u), t.y);
}

fn attention_softmax_next(s: vec4<f32>, sum: vec2<f32>, p: vec4<f32>, round: u32) -> vec4<f32> {
    let t = soft_term(vec2<f32>(p.w - s.x, 0.0));
    return vec4<f32>(s.x, sum.x + t.x, sum.y + t.y, s.w);
}

fn attention_softmax(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    return select(masked_softmax(e, s, p), 0.0, bitcast<u32>(e.b) == 0xff800000u);
}

// (sum of y dy, sum of y). What has y = 0 counts for nothing, be its dy NaN: nobody has read the value that goes with it.
fn attention_softmax_dx_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec2<f32> {
    return vec2<f32>(select(e.x * e.b, 0.0, e.x == 0.0), e.x);
}

fn attention_softmax_dx(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    return select(product3(e.x, e.b - s.y, p.x), 0.0, e.x == 0.0);
}
