// LiSHT: x tanh(x).
// requires: math/gate, math/opaque, math/parts, math/tanh

fn lisht(x: f32) -> f32 {
    return x * tanh_stable(x);
}

fn lisht_dx(x: f32) -> f32 {
    let e = falling(-2.0 * abs(x), 0.0).y;
    return tanh_stable(x) + finite(x) * opaque(4.0 * sigmoid_dz(e, e));
}
