// HardELiSH: x h for x >= 0, otherwise (exp(x) - 1) h, with h = (x + 1) / 2 limited to [0, 1].
// requires: math/exp, math/expm1

fn hard_elish(x: f32) -> f32 {
    let left = expm1_stable(clamp(x, -1.0, 0.0));
    return select(left, x, x >= 0.0) * clamp(0.5 * (x + 1.0), 0.0, 1.0);
}

fn hard_elish_dx(x: f32) -> f32 {
    let v = clamp(x, -1.0, 0.0);
    let left = 0.5 * (exp_stable(v) * (v + 2.0) - 1.0);
    let inner = select(left, x + 0.5, x >= 0.0);
    return select(select(inner, 1.0, x >= 1.0), 0.0, x <= -1.0);
}
