// Sine: sin(omega x), for a product of any size.
// requires: math/sincos

fn sine(x: f32, omega: f32) -> f32 {
    return no_limit(x, sincos(x, omega).x);
}

fn sine_dx(x: f32, omega: f32) -> f32 {
    return no_limit(x, omega * sincos(x, omega).y);
}

fn sine_domega(x: f32, omega: f32) -> f32 {
    return no_limit(x, x * sincos(x, omega).y);
}
