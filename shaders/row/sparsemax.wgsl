// Sparsemax: max(x - t, 0), with t such that the row adds up to 1.
// requires: math/ratio, row/item, row/simplex

fn sparsemax_key(e: Item, p: vec4<f32>) -> f32 {
    return e.x;
}

fn sparsemax_begin(m: f32, p: vec4<f32>) -> vec4<f32> {
    return simplex_begin(m, 1.0);
}

fn sparsemax_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec3<f32> {
    let d = simplex_over(e.x, s.y, s.z + simplex_ahead(s));
    return vec3<f32>(d, select(0.0, 1.0, d > 0.0), 0.0);
}

fn sparsemax_next(s: vec4<f32>, sum: vec3<f32>, p: vec4<f32>, round: u32) -> vec4<f32> {
    let step = (sum.x - 1.0) / max(sum.y, 1e-30);
    // Just below the lower end may be elements without number: what little it is too high is left.
    return simplex_next(s, sum.x, sum.y, select(step, max(step, 0.0), s.w <= 0.0), 4.0, round);
}

fn sparsemax(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    return simplex_over(e.x, s.y, s.z);
}

fn sparsemax_dx_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec2<f32> {
    let inside = e.x > 0.0;
    return vec2<f32>(select(0.0, e.b, inside), select(0.0, 1.0, inside));
}

// dy less its mean over the support, from y
fn sparsemax_dx(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    return select(0.0, e.b - s.y * inverse(s.z), e.x > 0.0);
}
