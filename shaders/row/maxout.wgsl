// Maxout: the largest element of each row; the gradient goes to the first of them.
// requires: row/item, row/place

fn maxout_key(e: Item, p: vec4<f32>) -> f32 {
    return e.x;
}

fn maxout(s: vec4<f32>, p: vec4<f32>) -> f32 {
    return s.x;
}

fn maxout_dx_key(e: Item, p: vec4<f32>) -> f32 {
    return one_zero(e.x);
}

fn maxout_dx(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    return select(0.0, e.b, is_place(e.at, s));
}
