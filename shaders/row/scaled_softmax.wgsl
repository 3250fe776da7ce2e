// Scaled softmax: the softmax of scale x, with the product's low part: rounded alone it would cost |scale x| ULP.
// requires: math/gradient, row/item, row/soft

fn scaled_softmax_key(e: Item, p: vec4<f32>) -> f32 {
    return e.x * sign(p.x);
}

fn scaled_softmax_begin(m: f32, p: vec4<f32>) -> vec4<f32> {
    return soft_scaled_begin(m, p.x);
}

fn scaled_softmax_rescale(s: vec4<f32>, next: vec4<f32>, p: vec4<f32>) -> f32 {
    return soft_rescale((s.x - next.x) * soft_factors(p.x).y);
}

fn scaled_softmax_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec2<f32> {
    return soft_term(soft_scaled(e.x, s.x, p.x));
}

fn scaled_softmax(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    return soft_value(soft_scaled(e.x, s.x, p.x), s);
}

fn scaled_softmax_dx_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec2<f32> {
    return vec2<f32>(e.x * e.b, 0.0);
}

fn scaled_softmax_dx(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    return product3(e.x, e.b - s.y, p.x);
}
