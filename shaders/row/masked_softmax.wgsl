// Masked softmax: the softmax of scale x + mask, with the low parts of product and sum.
// requires: row/item, row/soft

fn masked_softmax_key(e: Item, p: vec4<f32>) -> f32 {
    return soft_scaled(e.x, p.x).x + e.b;
}

fn masked_softmax_logit(e: Item, p: vec4<f32>) -> vec2<f32> {
    let z = soft_scaled(e.x, p.x);
    let sum = sum2(z.x, e.b);
    return vec2<f32>(sum.x, sum.y + z.y);
}

// Beside logits beyond 2^24 the mask lies in the low part alone; one of more than 40 there is lost, as in soft_scaled.
fn masked_softmax_distance(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec2<f32> {
    let d = soft_distance(masked_softmax_logit(e, p), s.x);
    return sum2(d.x, select(d.y, 0.0, abs(d.y) > 40.0));
}

fn masked_softmax_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec2<f32> {
    return soft_term(masked_softmax_distance(e, s, p));
}

fn masked_softmax(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    return soft_value(masked_softmax_distance(e, s, p), s);
}

fn masked_softmax_dx_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec2<f32> {
    return vec2<f32>(e.x * e.b, 0.0);
}

fn masked_softmax_dx(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    return soft_dx(e.x, e.b, s.y) * p.x;
}
