// Hardmax: 1 at the first of the largest elements, 0 elsewhere.
// requires: row/item, row/place

fn hardmax_key(e: Item, p: vec4<f32>) -> f32 {
    return one_zero(e.x);
}

fn hardmax(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    return select(0.0, 1.0, is_place(e.at, s));
}
