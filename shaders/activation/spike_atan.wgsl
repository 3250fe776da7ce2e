// Spike: 1 for x > 0, otherwise 0; the gradient is alpha/2 / (1 + (pi/2 alpha x)^2).

fn spike_atan(x: f32, alpha: f32) -> f32 {
    return select(0.0, 1.0, x > 0.0);
}

fn spike_atan_dx(x: f32, alpha: f32) -> f32 {
    let k = clamp(alpha * x, -1e30, 1e30);
    let v = clamp(k, -1e6, 1e6);
    // 2.4674011 is (pi/2)^2, 0.20264237 half its inverse; far out the square would overflow.
    return select(0.5 * alpha / (1.0 + 2.4674011 * (v * v)), 0.20264237 * alpha / k / k, abs(k) > 1e6);
}
