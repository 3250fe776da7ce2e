// Spike: 1 for x > 0, otherwise 0; the gradient is 1 / (1 + slope |x|)^2.
// requires: math/product, math/ratio

fn spike_fast_sigmoid(x: f32, slope: f32) -> f32 {
    return select(0.0, 1.0, x > 0.0);
}

fn spike_fast_sigmoid_dx(x: f32, slope: f32) -> f32 {
    let k = product(abs(x), slope);
    let near = k.x + k.y;
    let q = min(k.x + (1.0 + k.y), 1e19);
    // From 2^63 on the result is below the smallest normal number.
    return select(inverse(select(q * q, 1.0 + near * (2.0 + near), k.x < 1.0)), 0.0, q > 9.223372e18);
}
