// x + sin(alpha x)^2 / beta and its derivative along x, from w = 2 alpha x: sin^2 = (1 - cos(w)) / 2.
// Domain: every f32; the periodic part does not matter to infinities.
// Error:  3 ULP forward and backward for 0 <= alpha / beta <= 1; otherwise terms may cancel, and errors are 5 and 4 ULP of the
//         largest.
// requires: math/opaque, math/product, math/ratio, math/sincos

fn snake_sum(x: f32, alpha: f32, beta: f32) -> f32 {
    let w = angle(x, 2.0 * alpha);
    let v = versine_angle(w);
    // Where x and the square may nearly cancel, 2 beta x + 1 comes first, which is exact, then the sine or cosine.
    let y = product(clamp(x, -1e30, 1e30), 2.0 * beta);
    let s = sincos_angle(w).y;
    let near = (opaque(opaque(y.x + 1.0) - s) + y.y) * inverse(2.0 * beta);
    return select(x + v * inverse(2.0 * beta), near, y.x > -4.0 && y.x < -0.5);
}

// 1 + alpha / beta sin(w)
fn snake_slope(x: f32, alpha: f32, beta: f32) -> f32 {
    let sum = opaque(beta - alpha) + alpha * versine_angle(quarter_turns(angle(x, 2.0 * alpha), 1.0));
    // The quotient, and what it lacks: it is 1 where the sum is beta.
    let r = inverse(beta);
    let q = sum * r;
    return fma(fma(-beta, q, sum), r, q);
}
