// A product plus a number, accurate where they cancel.
// Domain: every f32.
// Method: factors split into 12 high bits and the rest, so that products of parts are exact.
// Error:  2 ULP.
// requires: math/opaque, math/parts

// a b + c, all of whose partial sums are exact where a b and c cancel; `rest` is added last.
fn product_sum(a: f32, b: f32, c: f32, rest: f32) -> f32 {
    let plain = a * b;
    let x = finite(a);
    let y = finite(b);
    let xh = high_bits(x);
    let yh = high_bits(y);
    let xl = x - xh;
    let yl = y - yh;
    // Sums that share a factor with the next product hide behind a maximum: compilers would recombine a b + a c.
    let first = opaque(opaque(xh * yh + c) + xh * yl);
    let exact = opaque(first + xl * yh) + (xl * yl + rest);
    // Far out there is nothing to cancel, and the parts could under- or overflow.
    return select(plain + c + rest, exact, abs(plain) > 1e-20 && abs(plain) < 1e20);
}
