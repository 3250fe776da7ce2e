// Squareplus: (x + sqrt(x^2 + b)) / 2, without its cancellation on the left and without x^2 where that overflows.
// requires: math/opaque, math/ratio

// c / |x| far out, where x is too large for a reciprocal of its own.
fn squareplus_far(c: f32, x: f32) -> f32 {
    return 2.3283064e-10 * opaque(c * reciprocal(2.3283064e-10 * max(abs(x), 1e15))); // 2^-32
}

// What squareplus has more than max(x, 0): b / (2 (|x| + sqrt(x^2 + b))), 0 for b = 0.
fn squareplus_excess(x: f32, b: f32) -> f32 {
    let a = min(abs(x), 1e18);
    return select(0.5 * b * inverse(max(a + root_of_any(a * a + b), 1e-30)), squareplus_far(0.25 * b, x), abs(x) > 1e18);
}

fn squareplus(x: f32, b: f32) -> f32 {
    return max(x, 0.0) + squareplus_excess(x, b);
}

fn squareplus_dx(x: f32, b: f32) -> f32 {
    let a = min(abs(x), 1e15);
    let q = a * a + b;
    let left = select(0.5 * b * inverse(max(q + a * root_of_any(q), 1e-30)), squareplus_far(squareplus_far(0.25 * b, x), x), abs(x) > 1e15);
    return select(left, 1.0 - left, x > 0.0);
}
