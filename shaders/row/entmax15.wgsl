// 1.5-entmax: max((x - m) / 2 - tau, 0)^2, with tau such that the row adds up to 1.
// requires: row/item, row/simplex

fn entmax15_key(e: Item, p: vec4<f32>) -> f32 {
    return e.x;
}

fn entmax15_begin(m: f32, p: vec4<f32>) -> vec4<f32> {
    return simplex_begin(m);
}

fn entmax15_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec3<f32> {
    let d = max(0.5 * (e.x - s.x) - s.z, 0.0);
    return vec3<f32>(d * d, d, select(0.0, 1.0, d > 0.0));
}

// The square root of F, a length, is convex as well, and nearer to a line. Where elements only leave, F stays below the parabola
// that it follows while none does. Where both roots nearly meet, that of the parabola is the better.
fn entmax15_next(s: vec4<f32>, sum: vec3<f32>, p: vec4<f32>, round: u32) -> vec4<f32> {
    let more = sum.x - 1.0;
    let length = max(sqrt(sum.x), 1e-15);
    let root = s.z + more * length / ((1.0 + length) * max(sum.y, 1e-30));
    let d = sum.y * sum.y - sum.z * more;
    let parabola = s.z + more / max(sum.y + sqrt(max(d, 0.0)), 1e-30);
    let above = select(0.0, parabola, sum.z > 0.0 && d > 0.0 && more > 0.0);
    return simplex_next(s, sum.x, select(root, above, above - root <= 4.0e-8), above, round);
}

fn entmax15_settled(s: vec4<f32>, next: vec4<f32>) -> bool {
    return simplex_settled(s, next);
}

fn entmax15(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    let d = max(0.5 * (e.x - s.x) - s.y, 0.0);
    return d * d;
}

fn entmax15_dx_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec2<f32> {
    let r = sqrt(e.x);
    return vec2<f32>(r * e.b, r);
}

// r (dy - sum(r dy) / sum(r)) with r = sqrt(y), from y
fn entmax15_dx(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    return sqrt(e.x) * (e.b - s.y / s.z);
}
