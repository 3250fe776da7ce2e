// Hyperbolic tangent. The function's name is WGSL's, hence the suffix.
// requires: math/gate, math/opaque, math/tanh, math/units

fn tanh_act(x: f32) -> f32 {
    return tanh_stable(x);
}

fn tanh_dx(x: f32) -> f32 {
    let p = falling(-2.0 * abs(x), 0.0); // sigmoid'(2x) may be subnormal where four times it is not
    return 4.0 * fall_unit() * opaque(sigmoid_dz(p.x, p.y));
}

// Loses digits from |x| = 6.7 on and is 0 from 9.02, where y rounds to 1.
fn tanh_dx_from_y(y: f32) -> f32 {
    return (1.0 - y) * (1.0 + y);
}
