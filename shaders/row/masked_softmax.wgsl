// Masked softmax: the softmax of scale x + mask, with the low parts of product and sum.
// requires: math/gradient, math/product, row/item, row/soft

// The product as it is, but no compiler makes one rounding of it and a sum: -0 becomes 0.
fn masked_softmax_key(e: Item, p: vec4<f32>) -> f32 {
    let z = e.x * p.x;
    return select(z, 0.0, bitcast<u32>(z) == 0x80000000u) + e.b;
}

// scale x + mask - m: the product in two parts, the larger of which makes an exact sum with the mask. Beyond 2^30 a low part
// could overflow in exp: there logits of one rounded product count as equal, and of a mask beside them 40 are left.
fn masked_softmax_distance(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec2<f32> {
    let plain = e.x * p.x;
    let z = product_parts(e.x, p.x);
    let near = abs(plain) < 1073741824.0;
    let sum = soft_sum2(select(plain, z.x, near), e.b);
    let far = soft_sum(sum.x - s.x);
    let low = sum.y + select(0.0, z.y, near);
    let hi = soft_sum(far + low);
    return vec2<f32>(bitcast<f32>(min(bitcast<i32>(hi), bitcast<i32>(40.0))), low - soft_sum(hi - far));
}

fn masked_softmax_rescale(s: vec4<f32>, next: vec4<f32>, p: vec4<f32>) -> f32 {
    return soft_rescale(s.x - next.x);
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
    return product3(e.x, e.b - s.y, p.x);
}
