// What the softmax family shares. Distances d = hi + lo of logits from the row's largest, m, make terms exp(d), and the state
// is (m, n, rest): n logits equal m, the others' terms add up to `rest`. Kept apart, a dominant element keeps its distance
// from 1. A distance rounded once costs |d| ULP, one with its low part nothing.
// Error:  exp(hi + lo) 0.9 ULP.
// requires: math/log, math/product

// 2^up exp(hi + lo) for hi <= 0 and whole up, 0 below the smallest normal number: as in math/exp, with one factor 2^n and one
// rounding more.
fn soft_exp(d: vec2<f32>, up: f32) -> f32 {
    let least = -87.33654 - 0.69314718 * up;
    let x = max(d.x, least);
    let n = round(x * 1.44269504);
    let big = x - n * 0.693359375;
    let r = big - (n * -2.12194440e-4 - select(d.y, 0.0, d.x < least));
    let q = 0.499999940 + r * (0.166665196 + r * (0.0416684039 + r * (0.00836889911 + r * 0.00138142239)));
    let p = 1.0 + (r + r * r * q);
    return select(bitcast<f32>(bitcast<u32>(p) + (u32(i32(n + up)) << 23u)), 0.0, d.x < least);
}

fn soft_term(d: vec2<f32>) -> vec2<f32> {
    return select(vec2<f32>(0.0, soft_exp(d, 0.0)), vec2<f32>(1.0, 0.0), d.x == 0.0 && d.y == 0.0);
}

fn soft_value(d: vec2<f32>, s: vec4<f32>) -> f32 {
    return soft_exp(d, 0.0) / (s.y + s.z);
}

// The gradient y (dy - sum(y dy)) of a logit.
fn soft_dx(y: f32, dy: f32, dot: f32) -> f32 {
    return y * (dy - dot);
}

// z - m for z = hi + lo
fn soft_distance(z: vec2<f32>, m: f32) -> vec2<f32> {
    let d = sum2(-m, z.x);
    return vec2<f32>(d.x, d.y + z.y);
}

// scale x as its rounded product and the rest; infinite or NaN where x is. Beyond 2^30 a rest would overflow in exp: there
// logits of one rounded product count as equal.
fn soft_scaled(x: f32, scale: f32) -> vec2<f32> {
    let p = product(x, scale);
    let hi = max(p.x + p.y, -3.40282347e38);
    let lo = p.y - (hi - p.x);
    let whole = (bitcast<u32>(x) & 0x7fffffffu) < 0x7f800000u;
    return select(vec2<f32>(x * scale, 0.0), vec2<f32>(hi, select(lo, 0.0, abs(lo) > 40.0)), whole);
}
