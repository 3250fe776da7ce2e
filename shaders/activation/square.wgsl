// Square: x^2.

fn square(x: f32) -> f32 {
    return x * x;
}

fn square_dx(x: f32) -> f32 {
    return 2.0 * x;
}
