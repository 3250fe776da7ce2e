// a * b and a / b as unevaluated sums hi + lo, good to 35 bits, for what goes into an exponential: there the rounding of a
// product costs |a b| ULP. And a * b + c that stays accurate where its terms cancel.
// Domain: every finite value whose product is finite; infinite factors are taken as the largest but one.
// Method: factors split into 12 high bits and the rest, so that products of parts are exact.
// requires: math/opaque

fn high_bits(x: f32) -> f32 {
    return bitcast<f32>(bitcast<u32>(x) & 0xfffff000u);
}

fn finite(x: f32) -> f32 {
    return clamp(x, -3.4028233e38, 3.4028233e38);
}

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

// a b + c, all of whose partial sums are exact where a b and c cancel; `rest` is added last.
// Error: 2 ULP.
fn product_sum(a: f32, b: f32, c: f32, rest: f32) -> f32 {
    let plain = a * b;
    let x = finite(a);
    let y = finite(b);
    let xh = high_bits(x);
    let yh = high_bits(y);
    let xl = x - xh;
    let yl = y - yh;
    // Sums that share a factor with the next product hide behind a maximum: compilers would recombine a b + a c.
    let first = opaque(xh * yh + c) + xh * yl;
    let exact = opaque(first + xl * yh) + (xl * yl + rest);
    // Far out there is nothing to cancel, and the parts could under- or overflow.
    return select(plain + c + rest, exact, abs(plain) > 1e-20 && abs(plain) < 1e20);
}
