// Attention's softmax of scores that are capped before anything is added: softcap tanh(scale x / softcap) takes the place of scale x.
// requires: activation/softcap, row/attention_softmax, row/item

fn attention_softmax_capped_item(e: Item, p: vec4<f32>) -> Item {
    return Item(softcap(e.x * p.x, p.y), e.b, e.at, e.row, e.length);
}

// NaN, which the cap loses, passes.
fn attention_softmax_capped_key(e: Item, p: vec4<f32>) -> f32 {
    let nan = (bitcast<u32>(e.x) & 0x7fffffffu) > 0x7f800000u;
    return select(attention_softmax_key(attention_softmax_capped_item(e, p), vec4<f32>(1.0, 0.0, 0.0, p.w)), e.x, nan);
}

fn attention_softmax_capped_begin(m: f32, p: vec4<f32>) -> vec4<f32> {
    return attention_softmax_begin(m, p);
}

fn attention_softmax_capped_rescale(s: vec4<f32>, next: vec4<f32>, p: vec4<f32>) -> f32 {
    return attention_softmax_rescale(s, next, p);
}

fn attention_softmax_capped_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec2<f32> {
    return attention_softmax_term(attention_softmax_capped_item(e, p), s, vec4<f32>(1.0, 0.0, 0.0, p.w));
}

fn attention_softmax_capped_next(s: vec4<f32>, sum: vec2<f32>, p: vec4<f32>, round: u32) -> vec4<f32> {
    return attention_softmax_next(s, sum, p, round);
}

fn attention_softmax_capped(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    return attention_softmax(attention_softmax_capped_item(e, p), s, vec4<f32>(1.0, 0.0, 0.0, p.w));
}

fn attention_softmax_capped_dx_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec2<f32> {
    return attention_softmax_dx_term(e, s, p);
}

// The gradient along the capped score times that of the cap, with x itself as the third value.
fn attention_softmax_capped_dx(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    return attention_softmax_dx(e, s, p);
}

fn attention_softmax_capped_slope(x: f32, p: vec4<f32>) -> f32 {
    return softcap_dx(x * p.x, p.y);
}
