// Spike: 1 for x > 0, otherwise 0; the gradient is alpha/2 / (1 + (pi/2 alpha x)^2).
// requires: math/opaque, math/ratio

fn spike_atan(x: f32, alpha: f32) -> f32 {
    return select(0.0, 1.0, x > 0.0);
}

fn spike_atan_dx(x: f32, alpha: f32) -> f32 {
    let k = clamp(alpha * x, -1e30, 1e30);
    let v = clamp(k, -1e6, 1e6);
    let far = inverse(select(k, 1e6, abs(k) < 1e6));
    // 2.4674011 is (pi/2)^2, 0.20264237 half its inverse; far out the square would overflow.
    return select(0.5 * alpha * inverse(1.0 + 2.4674011 * (v * v)), opaque(0.20264237 * alpha * far) * far, abs(k) > 1e6);
}
