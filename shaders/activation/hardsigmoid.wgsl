// Hard sigmoid: alpha x + beta limited to [0, 1].
// requires: math/parts, math/product, math/product_sum

// alpha x + beta, accurate next to its zero. The default slope 1/6 is no f32: the nearest one stands for it, and what it
// lacks is added here, so that the zeros lie at -3 and 3 exactly. beta = hi + lo.
fn hardsigmoid_line(x: f32, alpha: f32, beta: vec2<f32>) -> f32 {
    let lack = select(0.0, -4.96705373e-9, alpha == 0.16666667);
    return product_sum(x, alpha, beta.x, lack * finite(x) + beta.y);
}

fn hardsigmoid(x: f32, alpha: f32, beta: f32) -> f32 {
    return clamp(hardsigmoid_line(x, alpha, vec2<f32>(beta, 0.0)), 0.0, 1.0);
}

fn hardsigmoid_dx(x: f32, alpha: f32, beta: f32) -> f32 {
    let low = hardsigmoid_line(x, alpha, vec2<f32>(beta, 0.0));
    return select(0.0, alpha, low > 0.0 && hardsigmoid_line(x, alpha, sum2(beta, -1.0)) < 0.0);
}

fn hardsigmoid_dx_from_y(y: f32, alpha: f32, beta: f32) -> f32 {
    return select(0.0, alpha, y > 0.0 && y < 1.0);
}
