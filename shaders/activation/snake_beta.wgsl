// SnakeBeta: x + sin(alpha x)^2 / beta.
// requires: math/opaque, math/ratio, math/sincos, math/snake

fn snake_beta(x: f32, alpha: f32, beta: f32) -> f32 {
    return snake_sum(x, alpha, beta);
}

fn snake_beta_dx(x: f32, alpha: f32, beta: f32) -> f32 {
    return no_limit(x, snake_slope(x, alpha, beta));
}

fn snake_beta_dalpha(x: f32, alpha: f32, beta: f32) -> f32 {
    return no_limit(x, x * opaque(sincos(x, 2.0 * alpha).x * inverse(beta)));
}

fn snake_beta_dbeta(x: f32, alpha: f32, beta: f32) -> f32 {
    let s = sincos(x, alpha).x * inverse(beta);
    return no_limit(x, -s * s);
}
