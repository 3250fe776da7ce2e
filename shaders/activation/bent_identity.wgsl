// Bent identity: (sqrt(x^2 + 1) - 1) / 2 + x = x (1 + b / 2) with b = x / (1 + sqrt(x^2 + 1)) in (-1, 1).
// requires: math/opaque, math/ratio

fn bent_identity(x: f32) -> f32 {
    let v = clamp(x, -1e18, 1e18);
    return x * opaque(1.0 + 0.5 * (v * inverse(1.0 + root(v * v + 1.0))));
}

fn bent_identity_dx(x: f32) -> f32 {
    let v = clamp(x, -1e18, 1e18);
    return 1.0 + 0.5 * (v * inverse_root(v * v + 1.0));
}
