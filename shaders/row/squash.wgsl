// Squash: x n / (1 + n^2) with the row's length n = m r, where m is the largest |x| and r^2 = sum of (x / m)^2.
// State: (m, r^2, sum of x / m dy).
// requires: math/opaque, math/ratio, row/item

fn squash_key(e: Item, p: vec4<f32>) -> f32 {
    return abs(e.x);
}

// Never 0, so that x / m is 0 in rows of zeros.
fn squash_begin(m: f32, p: vec4<f32>) -> vec4<f32> {
    return vec4<f32>(max(m, 1.17549435e-38), 0.0, 0.0, 0.0);
}

// x / m for m >= |x|, of large numbers in smaller units
fn squash_unit(x: f32, m: f32) -> f32 {
    let unit = select(1.0, 5.42101086e-20, m > 1e18);
    return (x * unit) * inverse(m * unit);
}

fn squash_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec2<f32> {
    let u = squash_unit(e.x, s.x);
    return vec2<f32>(u * u, 0.0);
}

// (n, r, 1 / (1 + n^2)) for n < 1, (n, r, n^2 / (1 + n^2)) beyond
fn squash_length(s: vec4<f32>) -> vec3<f32> {
    let r = root(max(s.y, 1e-30));
    let n = s.x * r;
    let over = reciprocal(n);
    return vec3<f32>(n, r, inverse(1.0 + select(over * over, n * n, n < 1.0)));
}

fn squash(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    let n = squash_length(s);
    let q = reciprocal(n.x);
    let far = select(e.x * q * inverse(1.0 + q * q), squash_unit(e.x, s.x) * inverse(n.y), n.x > 1e30);
    return select(far, e.x * n.x * inverse(1.0 + n.x * n.x), n.x < 1.0);
}

fn squash_dx_key(e: Item, p: vec4<f32>) -> f32 {
    return abs(e.x);
}

fn squash_dx_begin(m: f32, p: vec4<f32>) -> vec4<f32> {
    return squash_begin(m, p);
}

fn squash_dx_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec2<f32> {
    let u = squash_unit(e.x, s.x);
    return vec2<f32>(u * u, u * e.b);
}

// g (dy + (1 - n^2) / (1 + n^2) u (u dy)), g = n / (1 + n^2), u = x / n
fn squash_dx(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    let n = squash_length(s);
    let small = n.x < 1.0;
    let g = select(n.z * inverse(n.y) * reciprocal(s.x), n.x * n.z, small);
    let turn = select(1.0 - 2.0 * n.z, (1.0 - n.x) * (1.0 + n.x) * n.z, small);
    return g * (e.b + turn * (opaque(squash_unit(e.x, s.x)) * (s.z * inverse(max(s.y, 1e-30)))));
}
