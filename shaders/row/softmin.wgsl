// Softmin: the softmax of -x.
// requires: row/item, row/soft

fn softmin_key(e: Item, p: vec4<f32>) -> f32 {
    return -e.x;
}

fn softmin_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec2<f32> {
    return soft_term(vec2<f32>(-e.x - s.x, 0.0));
}

fn softmin(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    return soft_value(vec2<f32>(-e.x - s.x, 0.0), s);
}

fn softmin_dx_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec2<f32> {
    return vec2<f32>(e.x * e.b, 0.0);
}

fn softmin_dx(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    return -soft_dx(e.x, e.b, s.y);
}
