// Soft cap: c tanh(x / c). The quotient keeps its low part, since 1 / c rounds; c = inf leaves x as it is.
// requires: math/gate, math/opaque, math/product, math/ratio, math/tanh, math/units

// x / c as hi + lo with one division: the rest makes up for the rounding of the reciprocal. Saturates at 1e5 or more.
fn softcap_z(x: f32, c: f32) -> vec2<f32> {
    let v = clamp(x, -1e35, 1e35);
    let b = min(c, 1e35);
    let r = select(inverse(b), 0.0, c > 1e35);
    let q = v * r;
    let far = abs(q) > 100.0;
    let p = product_parts(select(q, 0.0, far), b);
    return vec2<f32>(q, select((opaque(v - p.x) - p.y) * r, 0.0, far));
}

// Next to 0, and where c is infinite, it is x.
fn softcap(x: f32, c: f32) -> f32 {
    let z = softcap_z(x, c);
    let y = c * tanh_sum(abs(z.x), select(z.y, -z.y, z.x < 0.0));
    return select(select(y, -y, x < 0.0), x, abs(z.x) < 1e-4);
}

// 4 sigmoid'(2 z), in units that keep it normal, as in tanh
fn softcap_dx(x: f32, c: f32) -> f32 {
    let z = softcap_z(x, c);
    let p = gate_units(vec2<f32>(2.0 * z.x, 2.0 * z.y));
    return 4.0 * fall_unit() * opaque(sigmoid_dz(p.x, p.y));
}

// Loses digits as y nears +-c.
fn softcap_dx_from_y(y: f32, c: f32) -> f32 {
    let q = (c - abs(y)) * inverse(c);
    return q * (2.0 - q);
}
