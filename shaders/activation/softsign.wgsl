// Softsign: x / (1 + |x|), +-1 at the infinities.
// requires: math/ratio

fn softsign(x: f32) -> f32 {
    let bounded = clamp(x, -1e30, 1e30); // the result is +-1 from 2^25 on
    return bounded * inverse(1.0 + abs(bounded));
}

fn softsign_dx(x: f32) -> f32 {
    let a = min(abs(x), 1e19);
    // From 2^63 on the result is below the smallest normal number.
    return select(inverse(1.0 + a * (2.0 + a)), 0.0, a > 9.223372e18);
}

// Loses digits as |x| grows: y is a rounded 1 - 1 / (1 + |x|).
fn softsign_dx_from_y(y: f32) -> f32 {
    let q = 1.0 - abs(y);
    return q * q;
}
