// ISRU: x / sqrt(1 + alpha x^2), from 1 on as 1 / sqrt(alpha + 1 / x^2) with the sign of x: no x^2 that overflows.
// requires: math/product, math/ratio

fn isru(x: f32, alpha: f32) -> f32 {
    let a = abs(x);
    let near = min(a, 1.0);
    let far = inverse(clamp(a, 1.0, 1e30));
    let y = select(inverse_root(alpha + far * far), near * inverse_root(1.0 + alpha * near * near), a < 1.0);
    return select(y, -y, x < 0.0);
}

fn isru_dx(x: f32, alpha: f32) -> f32 {
    let a = min(abs(x), 1e18);
    let z = product(a, alpha);
    let t = max(z.x * a, 0.0);
    let q = min(select(t + (1.0 + z.y * a), 1.0 + (t + z.y * a), t < 1.0), 1e36);
    let r = inverse_root(q);
    return r * r * r;
}
