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

fn masked_softmax_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec2<f32> {
    return soft_term(soft_distance(masked_softmax_logit(e, p), s.x));
}

fn masked_softmax(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    return soft_value(soft_distance(masked_softmax_logit(e, p), s.x), s);
}

fn masked_softmax_dx_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec2<f32> {
    return vec2<f32>(e.x * e.b, 0.0);
}

fn masked_softmax_dx(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    return soft_dx(e.x, e.b, s.y) * p.x;
}
