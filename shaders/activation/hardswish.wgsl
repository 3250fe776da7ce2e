// Hard swish: x relu6(x + 3) / 6.
// requires: math/opaque

fn hardswish(x: f32) -> f32 {
    let inner = x * opaque(opaque(x + 3.0) * 0.16666667);
    return select(select(inner, x, x >= 3.0), 0.0, x <= -3.0);
}

fn hardswish_dx(x: f32) -> f32 {
    let inner = (2.0 * x + 3.0) * 0.16666667;
    return select(select(inner, 1.0, x >= 3.0), 0.0, x <= -3.0);
}
