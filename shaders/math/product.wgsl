// a * b and a / b as unevaluated sums hi + lo, good to 35 bits, for what goes into an exponential: there the rounding of a
// product costs |a b| ULP.
// Domain: every finite value whose product is finite; infinite factors are taken as the largest but one.
// Method: factors split into 12 high bits and the rest, so that products of parts are exact.
// requires: math/opaque, math/parts

// Of finite factors.
fn product_parts(a: f32, b: f32) -> vec2<f32> {
    let ah = high_bits(a);
    let bh = high_bits(b);
    return vec2<f32>(ah * bh, ah * (b - bh) + (a - ah) * b);
}

fn product(a: f32, b: f32) -> vec2<f32> {
    return product_parts(finite(a), b);
}

fn quotient(a: f32, b: f32) -> vec2<f32> {
    let x = finite(a);
    let q = finite(x / b);
    let p = product(q, b);
    // Of tiny numbers the parts may be subnormal and flushed; their quotient's rounding matters to nobody.
    return vec2<f32>(q, select((opaque(x - p.x) - p.y) / b, 0.0, abs(x) < 1e-25));
}

// a + b as hi + lo, exactly; maxima hide the sums that compilers would fold.
fn sum2(a: f32, b: f32) -> vec2<f32> {
    let s = opaque(finite(a) + b);
    let t = opaque(s - finite(a));
    let u = opaque(s - t);
    return vec2<f32>(s, opaque(finite(a) - u) + opaque(b - t));
}
