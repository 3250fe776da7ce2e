// What the softmax family shares. Distances d = hi + lo of logits from the row's largest, m, make terms exp(d), and the state
// is (m, n, rest), of which the sum n + rest is that of all terms. A distance rounded once costs |d| ULP, one with its low part nothing.
// Error:  exp(hi + lo) 0.9 ULP.
// requires: math/exp_core, math/product, math/ratio

// -inf as the least number, all others as they are: as whole numbers those below 0 are in the opposite order. And sums that
// compilers would fold are hidden behind it.
fn soft_sum(v: f32) -> f32 {
    return bitcast<f32>(min(bitcast<u32>(v), 0xff7fffffu));
}

// a + b as hi + lo, exactly.
fn soft_sum2(a: f32, b: f32) -> vec2<f32> {
    let s = soft_sum(a + b);
    let t = soft_sum(s - a);
    let u = soft_sum(s - t);
    return vec2<f32>(s, soft_sum(a - u) + soft_sum(b - t));
}

// 2^up exp(hi + lo) for hi <= 40 and whole up, 0 below the smallest normal number.
fn soft_exp(d: vec2<f32>, up: f32) -> f32 {
    let least = -87.33654 - 0.69314718 * up;
    let none = d.x < least;
    return select(exp_inner(max(d.x, least), select(d.y, 0.0, none), up), 0.0, none);
}

// What is below the smallest normal number counts as that, next to nothing beside the 1 of the largest.
fn soft_term(d: vec2<f32>) -> vec2<f32> {
    let least = -87.33654;
    return vec2<f32>(exp_inner(max(d.x, least), select(d.y, 0.0, d.x < least), 0.0), 0.0);
}

// The same with what equals the largest apart, and the others times 2^up: a dominant element keeps its distance from 1.
fn soft_term_apart(d: vec2<f32>, up: f32) -> vec2<f32> {
    let most = d.x == 0.0;
    return vec2<f32>(select(0.0, 1.0, most), select(soft_exp(d, up), 0.0, most));
}

// What is left of terms when distances are counted from another logit, `gap` away; all of it where that is lower.
fn soft_rescale(gap: f32) -> f32 {
    return soft_exp(vec2<f32>(min(gap, 0.0), 0.0), 0.0);
}

fn soft_value(d: vec2<f32>, s: vec4<f32>) -> f32 {
    return soft_exp(d, 0.0) * inverse(s.y + s.z);
}

// The gradient y (dy - sum(y dy)) of a logit.
fn soft_dx(y: f32, dy: f32, dot: f32) -> f32 {
    return y * (dy - dot);
}

// z - m for z = hi + lo
fn soft_distance(z: vec2<f32>, m: f32) -> vec2<f32> {
    let d = soft_sum2(-m, z.x);
    return vec2<f32>(d.x, d.y + z.y);
}

// Scaled logits are x in the order that the scale's sign gives them, and their distances |scale| (x - m). So that no difference
// overflows, it is halved where the scale is small: (factor of x, factor of the difference).
fn soft_factors(scale: f32) -> vec2<f32> {
    let half = select(1.0, 0.5, abs(scale) < 1.0);
    return vec2<f32>(sign(scale) * half, abs(scale) * select(1.0, 2.0, abs(scale) < 1.0));
}

// The state of a row whose largest x, in that order, is m; an infinite scale leaves nothing but NaN.
fn soft_scaled_begin(m: f32, scale: f32) -> vec4<f32> {
    let whole = (bitcast<u32>(scale) & 0x7fffffffu) < 0x7f800000u;
    return vec4<f32>(m * abs(soft_factors(scale).x), 0.0, 0.0, select(1.0, 0.0, whole));
}

fn soft_scaled(x: f32, m: f32, scale: f32) -> vec2<f32> {
    let f = soft_factors(scale);
    let d = soft_sum2(x * f.x, -m);
    let p = product_parts(d.x, f.y);
    let low = p.y + d.y * f.y;
    let hi = soft_sum(p.x + low);
    return vec2<f32>(hi, low - soft_sum(hi - p.x));
}
