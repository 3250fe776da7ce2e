// Numbers of about 45 bits as unevaluated sums hi + lo, for what cancels at a root that depends on parameters.
// Domain: results below 1e37; beyond and next to the smallest numbers lo is 0 or loses its digits.
// Method: error-free sums and products. Every difference that a compiler could see through stands behind a maximum with the
//         most negative number, since the rules of WGSL would let it fold (a + b) - a to b.
// requires: math/product

fn opaque_value(x: f32) -> f32 {
    return max(x, -3.4028234e38);
}

// a + b, exactly
fn two_sum(a: f32, b: f32) -> vec2<f32> {
    let s = opaque_value(a + b);
    let t = opaque_value(s - a);
    let rest = opaque_value(a - opaque_value(s - t)) + opaque_value(b - t);
    return vec2<f32>(s, select(0.0, rest, abs(s) < 1e37));
}

// a b, exactly
fn two_product(a: f32, b: f32) -> vec2<f32> {
    let p = opaque_value(a * b);
    let ah = high_bits(a);
    let bh = high_bits(b);
    let first = opaque_value(opaque_value(ah * bh) - p);
    let second = opaque_value(first + opaque_value(ah * (b - bh)));
    let third = opaque_value(second + opaque_value((a - ah) * bh));
    return vec2<f32>(p, select(0.0, third + opaque_value((a - ah) * (b - bh)), abs(p) < 1e37));
}

// hi + lo with |lo| below half a unit of hi, for |a| > |b|
fn wide(a: f32, b: f32) -> vec2<f32> {
    let s = opaque_value(a + b);
    return vec2<f32>(s, select(0.0, b - opaque_value(s - a), abs(s) < 1e37));
}

fn wide_add(a: vec2<f32>, b: vec2<f32>) -> vec2<f32> {
    let s = two_sum(a.x, b.x);
    return wide(s.x, s.y + opaque_value(a.y + b.y));
}

fn wide_mul(a: vec2<f32>, b: vec2<f32>) -> vec2<f32> {
    let p = two_product(a.x, b.x);
    return wide(p.x, p.y + opaque_value(opaque_value(a.x * b.y) + opaque_value(a.y * b.x)));
}
