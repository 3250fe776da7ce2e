// Square root of softplus: sqrt(log(1 + exp(x))).
// From -16 down it is exp(x/2) (1 - exp(x) / 4), as softplus would underflow long before its root.
// requires: math/domain, math/exp, math/gate, math/ratio, math/softplus

fn sqrt_softplus(x: f32) -> f32 {
    let v = max(x, -16.0);
    let near = root_of_any(max(v, 0.0) + softplus_excess(v, 0.0));
    let far = exp_stable(0.5 * x) * (1.0 - 0.25 * exp_stable(min(x, -16.0)));
    return select(select(near, far, x < -16.0), x, is_top(x));
}

fn sqrt_softplus_dx(x: f32) -> f32 {
    let v = max(x, -16.0);
    let near = 0.5 * sigmoid_of(vec2<f32>(v, 0.0)) * inverse_root(max(v, 0.0) + softplus_excess(v, 0.0));
    let far = 0.5 * exp_stable(0.5 * x) * (1.0 - 0.75 * exp_stable(min(x, -16.0)));
    return select(select(near, far, x < -16.0), 0.0, is_infinite(x));
}
