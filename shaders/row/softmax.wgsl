// Softmax: exp(x - m) / (sum of exp(x - m)), with m the largest x of the row.
// requires: row/item, row/soft

fn softmax_key(e: Item, p: vec4<f32>) -> f32 {
    return e.x;
}

fn softmax_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec2<f32> {
    return soft_term(vec2<f32>(e.x - s.x, 0.0));
}

fn softmax(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    return soft_value(vec2<f32>(e.x - s.x, 0.0), s);
}

fn softmax_dx_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec2<f32> {
    return vec2<f32>(e.x * e.b, 0.0);
}

fn softmax_dx(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    return soft_dx(e.x, e.b, s.y);
}
