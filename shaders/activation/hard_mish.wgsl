// Hard Mish: x/2 min(max(x + 2, 0), 2).

fn hard_mish(x: f32) -> f32 {
    let inner = x * (0.5 * (x + 2.0));
    return select(select(inner, x, x >= 0.0), 0.0, x <= -2.0);
}

fn hard_mish_dx(x: f32) -> f32 {
    return select(select(x + 1.0, 1.0, x >= 0.0), 0.0, x <= -2.0);
}
