// Cross-entropy of capped logits: softcap tanh(x / softcap) takes the place of x.
// requires: activation/softcap, loss/cross_entropy, row/item

fn cross_entropy_capped_item(e: Item, p: vec4<f32>) -> Item {
    return Item(softcap(e.x, p.y), e.b, e.at, e.row, e.length);
}

// NaN, which the cap loses, passes.
fn cross_entropy_capped_key(e: Item, p: vec4<f32>) -> f32 {
    let nan = (bitcast<u32>(e.x) & 0x7fffffffu) > 0x7f800000u;
    return select(softcap(e.x, p.y), e.x, nan);
}

fn cross_entropy_capped_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec3<f32> {
    return cross_entropy_term(cross_entropy_capped_item(e, p), s, p);
}

fn cross_entropy_capped_next(s: vec4<f32>, sum: vec3<f32>, p: vec4<f32>, round: u32) -> vec4<f32> {
    return cross_entropy_next(s, sum, p, round);
}

fn cross_entropy_capped(s: vec4<f32>, p: vec4<f32>) -> f32 {
    return cross_entropy(s, p);
}

fn cross_entropy_capped_dx(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    return cross_entropy_dx(cross_entropy_capped_item(e, p), s, p) * softcap_dx(e.x, p.y);
}
