// TanhExp: x tanh(e) with e = exp(x).
// From -10 down tanh(e) is e, and the exponent waits until x is multiplied in.
// requires: math/exp, math/gate, math/parts, math/tanh

fn tanh_exp(x: f32) -> f32 {
    let p = exp_parts(min(x, 4.0), 0.0);
    let near = x * tanh_stable(mul_exp2(p.x, p.y));
    return select(near, mul_exp2(finite(x) * p.x, p.y), x < -10.0);
}

fn tanh_exp_dx(x: f32) -> f32 {
    let v = clamp(x, -1e30, 4.0);
    let p = exp_parts(v, 0.0);
    let e = mul_exp2(p.x, p.y);
    let t = tanh_stable(e);
    let f = falling(-2.0 * e, 0.0).y;
    let slope = select(4.0 * sigmoid_dz(f, f), 1.0 - t * t, v < -0.5);
    let near = t + v * e * slope;
    return select(near, mul_exp2((1.0 + v) * p.x, p.y), v < -10.0);
}
