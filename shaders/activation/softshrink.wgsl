// Soft shrink: x drawn towards 0 by lambd, 0 within [-lambd, lambd].

fn softshrink(x: f32, lambd: f32) -> f32 {
    return select(select(0.0, x + lambd, x < -lambd), x - lambd, x > lambd);
}

fn softshrink_dx(x: f32, lambd: f32) -> f32 {
    return select(0.0, 1.0, x < -lambd || x > lambd);
}

fn softshrink_dx_from_y(y: f32, lambd: f32) -> f32 {
    return select(1.0, 0.0, y == 0.0);
}
