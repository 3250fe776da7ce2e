// An upstream gradient times one or two factors of a derivative: 0 where a factor is 0, however large the gradient.
// Factors below the smallest normal number are 0 on some devices, and so on all of them.
// Method: of three factors the largest meets the smallest first, so that nothing over- or underflows on the way.
// Error:  one rounding for each product.
// requires: math/opaque

fn product3(a: f32, b: f32, c: f32) -> f32 {
    let swap = abs(a) < abs(b);
    let high = select(a, b, swap);
    let low = select(b, a, swap);
    let above = abs(c) > abs(high);
    let below = abs(c) < abs(low);
    let middle = select(select(c, low, below), high, above);
    return opaque(select(high, c, above) * select(low, c, below)) * middle;
}

// Whether a factor is below the smallest normal number; NaN is not.
fn is_none(d: f32) -> bool {
    return (bitcast<u32>(d) & 0x7fffffffu) < 0x800000u;
}

fn gradient(dy: f32, d: f32) -> f32 {
    return select(dy * opaque(d), 0.0, is_none(d));
}

fn gradient2(dy: f32, d: f32, e: f32) -> f32 {
    return select(product3(dy, d, e), 0.0, is_none(d) || is_none(e));
}
