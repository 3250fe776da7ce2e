// 1.5-entmax: max((x - t) / 2, 0)^2, with t such that the row adds up to 1.
// requires: math/ratio, row/item, row/simplex

fn entmax15_key(e: Item, p: vec4<f32>) -> f32 {
    return e.x;
}

fn entmax15_begin(m: f32, p: vec4<f32>) -> vec4<f32> {
    return simplex_begin(m, 2.0);
}

fn entmax15_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec3<f32> {
    let d = 0.5 * simplex_over(e.x, s.y, s.z + simplex_ahead(s));
    return vec3<f32>(d * d, d, select(0.0, 1.0, d > 0.0));
}

// A step to the root of the parabola that F follows while no element leaves, where `taken` is taken from what stands below its root.
fn entmax15_parabola(sum: vec3<f32>, taken: f32) -> f32 {
    let d = sum.y * sum.y - sum.z * ((sum.x - 1.0) + taken);
    return select(4.0, 2.0 * (sum.x - 1.0) / max(sum.y + sqrt(max(d, 0.0)), 1e-30), sum.z > 0.0 && d > 0.0 && sum.x > 1.0);
}

// The square root of F, a length, is convex as well, and nearer to a line. Where elements only leave, F stays below the parabola, a
// bound from above when what F's rounding could do is taken. Where both roots nearly meet, that of the parabola is the better.
fn entmax15_next(s: vec4<f32>, sum: vec3<f32>, p: vec4<f32>, round: u32) -> vec4<f32> {
    let more = sum.x - 1.0;
    let length = max(sqrt(sum.x), 1e-15);
    let root = 2.0 * more * length / ((1.0 + length) * max(sum.y, 1e-30));
    let parabola = entmax15_parabola(sum, 0.0);
    let nearer = more <= 0.1 && parabola < 4.0 && sum.y * (parabola - root) <= 1.2e-7;
    let above = entmax15_parabola(sum, 1e-6 * (1.0 + sum.x));
    return simplex_next(s, sum.x, sum.y, select(root, parabola, nearer), above, round);
}

fn entmax15(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    let d = 0.5 * simplex_over(e.x, s.y, s.z);
    return d * d;
}

fn entmax15_dx_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec2<f32> {
    let r = root_of_any(e.x);
    return vec2<f32>(r * e.b, r);
}

// r (dy - sum(r dy) / sum(r)) with r = sqrt(y), from y
fn entmax15_dx(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    return root_of_any(e.x) * (e.b - s.y * inverse(s.z));
}
