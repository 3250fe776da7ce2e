// Quiet softmax: exp(x) / (1 + sum of exp(x)), the softmax beside one more logit of 0.
// requires: row/item, row/soft

fn quiet_softmax_key(e: Item, p: vec4<f32>) -> f32 {
    return e.x;
}

fn quiet_softmax_begin(m: f32, p: vec4<f32>) -> vec4<f32> {
    return vec4<f32>(max(m, 0.0), 0.0, 0.0, 0.0);
}

fn quiet_softmax_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec2<f32> {
    return soft_term(vec2<f32>(e.x - s.x, 0.0));
}

fn quiet_softmax_next(s: vec4<f32>, sum: vec2<f32>, p: vec4<f32>, round: u32) -> vec4<f32> {
    let t = soft_term(vec2<f32>(-s.x, 0.0));
    return vec4<f32>(s.x, sum.x + t.x, sum.y + t.y, s.w);
}

fn quiet_softmax(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    return soft_value(vec2<f32>(e.x - s.x, 0.0), s);
}

fn quiet_softmax_dx_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec2<f32> {
    return vec2<f32>(e.x * e.b, 0.0);
}

fn quiet_softmax_dx(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    return soft_dx(e.x, e.b, s.y);
}
