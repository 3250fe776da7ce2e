// Numbers of about 45 bits as unevaluated sums hi + lo, for what cancels at a root that depends on parameters.
// Domain: results below 1e37; beyond and below 2e-31 lo is 0.
// Method: error-free sums and products. Every difference that a compiler could see through is hidden from it.
// requires: math/opaque, math/parts

// a + b, exactly
fn two_sum(a: f32, b: f32) -> vec2<f32> {
    let s = opaque(a + b);
    let t = opaque(s - a);
    let rest = opaque(a - opaque(s - t)) + opaque(b - t);
    return vec2<f32>(s, select(0.0, rest, abs(s) < 1e37));
}

// a b, exactly
fn two_product(a: f32, b: f32) -> vec2<f32> {
    let p = opaque(a * b);
    let ah = high_bits(a);
    let bh = high_bits(b);
    let first = opaque(opaque(ah * bh) - p);
    let second = opaque(first + opaque(ah * (b - bh)));
    let third = opaque(second + opaque((a - ah) * bh));
    return vec2<f32>(p, select(0.0, third + opaque((a - ah) * (b - bh)), abs(p) < 1e37 && abs(p) > 2e-31));
}

// hi + lo with |lo| below half a unit of hi, for |a| > |b|
fn wide(a: f32, b: f32) -> vec2<f32> {
    let s = opaque(a + b);
    return vec2<f32>(s, select(0.0, b - opaque(s - a), abs(s) < 1e37));
}

fn wide_add(a: vec2<f32>, b: vec2<f32>) -> vec2<f32> {
    let s = two_sum(a.x, b.x);
    return wide(s.x, s.y + opaque(a.y + b.y));
}

fn wide_mul(a: vec2<f32>, b: vec2<f32>) -> vec2<f32> {
    let p = two_product(a.x, b.x);
    return wide(p.x, p.y + opaque(opaque(a.x * b.y) + opaque(a.y * b.x)));
}
