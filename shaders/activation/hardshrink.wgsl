// Hard shrink: x, but 0 within [-lambd, lambd].

fn hardshrink(x: f32, lambd: f32) -> f32 {
    return select(0.0, x, x < -lambd || x > lambd);
}

fn hardshrink_dx(x: f32, lambd: f32) -> f32 {
    return select(0.0, 1.0, x < -lambd || x > lambd);
}

fn hardshrink_dx_from_y(y: f32, lambd: f32) -> f32 {
    return select(1.0, 0.0, y == 0.0);
}
