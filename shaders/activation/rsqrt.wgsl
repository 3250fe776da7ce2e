// The reciprocal square root: 1 / sqrt(x).
// requires: math/domain, math/opaque, math/ratio

fn rsqrt(x: f32) -> f32 {
    let low = is_low(x);
    let y = inverse_root(select(x, lifted(x), low)) * select(1.0, 4294967296.0, low);
    return pole(select(y, 0.0, is_top(x)), x, 0x7f800000u);
}

// Infinite from 2^-86 down, and so for every x that must be lifted.
fn rsqrt_dx(x: f32) -> f32 {
    let r = inverse_root(max(x, 1.17549435e-38));
    return pole(select(opaque(-0.5 * r) * inverse(max(x, 1.17549435e-38)), 0.0, is_top(x)), x, 0xff800000u);
}

fn rsqrt_dx_from_y(y: f32) -> f32 {
    return opaque(-0.5 * y * y) * y;
}
