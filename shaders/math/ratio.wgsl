// Reciprocals and roots that do not depend on how a device divides: WGSL lets quotients be off by 2.5 ULP, reciprocal roots by 2.
// Domain: numbers from 2^-126 to 2^126, and roots of numbers from 2^-100 on.
// Method: one of Newton's steps from the device's result; fma finds what is left, rounded once or twice.
// Error:  1 ULP.
// requires: math/opaque

fn inverse(b: f32) -> f32 {
    let r = 1.0 / b;
    return fma(fma(-b, r, 1.0), r, r);
}

fn inverse_root(x: f32) -> f32 {
    let r = inverseSqrt(x);
    return fma(fma(-(x * r), r, 1.0), 0.5 * r, r);
}

fn root(x: f32) -> f32 {
    let r = inverseSqrt(x);
    let s = x * r;
    return fma(fma(-s, s, x), 0.5 * r, s);
}

// n / b for such b, where n is no less than 2^-100: 0.6 ULP, or 1.1 where fma rounds twice.
fn ratio(n: f32, b: f32) -> f32 {
    let r = 1.0 / b;
    let q = opaque(n * r);
    return fma(fma(-b, q, n), r, q);
}

// n / b^2, alike.
fn ratio_square(n: f32, b: f32) -> f32 {
    let r = 1.0 / b;
    let q = r * opaque(n * r);
    return fma(fma(-(q * b), b, n) * r, r, q);
}

// 1 / b for every b.
fn reciprocal(b: f32) -> f32 {
    return select(inverse(b), 1.0 / b, abs(b) < 1.17549435e-38 || abs(b) > 8.507059e37);
}

// The root of a number >= 0, of very small and very large ones as the device has it.
fn root_of_any(x: f32) -> f32 {
    return select(root(x), sqrt(x), x < 1e-30 || x > 1e38);
}
