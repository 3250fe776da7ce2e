// Shrink: x + bias for x < -lambd, x - bias for x > lambd, 0 between.

fn shrink(x: f32, lambd: f32, bias: f32) -> f32 {
    return select(select(0.0, x - bias, x > lambd), x + bias, x < -lambd);
}

fn shrink_dx(x: f32, lambd: f32, bias: f32) -> f32 {
    return select(0.0, 1.0, x < -lambd || x > lambd);
}
