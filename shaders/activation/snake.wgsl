// Snake: x + sin(alpha x)^2 / alpha.
// requires: math/ratio, math/sincos, math/snake

fn snake(x: f32, alpha: f32) -> f32 {
    return select(snake_sum(x, alpha, alpha), x, alpha == 0.0);
}

// 1 + sin(w) = 1 - cos(w + pi / 2)
fn snake_dx(x: f32, alpha: f32) -> f32 {
    return no_limit(x, versine_angle(quarter_turns(angle(x, 2.0 * alpha), 1.0)));
}

// (x sin(w) - sin(alpha x)^2 / alpha) / alpha with w = 2 alpha x; below |w| = 1 by an even minimax polynomial (error 2^-33).
fn snake_dalpha(x: f32, alpha: f32) -> f32 {
    let w = angle(x, 2.0 * alpha);
    let over = inverse(alpha);
    let far = (x * sincos_angle(w).x - versine_angle(w) * (0.5 * over)) * over;
    let t = 2.0 * clamp(alpha * x, -1.0, 1.0);
    let z = t * t;
    let near = x * (x * (1.0 + z * (-0.25 + z * (0.0138888517 + z * (-0.000347120163 + z * 4.84521797e-6)))));
    return no_limit(x, select(far, near, abs(t) < 1.0));
}
