// w = a (x - a), v = 1 + w and ln(v) for a > 0, with the digits of each next to its root.
// Domain: every x; where v exceeds the largest number ln(v) does not, and v <= 0 counts as the smallest normal number.
// Method: w and v as wide numbers, whose low halves go into the logarithm by its derivative.
// Error:  1.5 ULP of ln(v).
// requires: math/domain, math/log, math/parts, math/wide

// (w, v)
fn soft_log_argument(x: f32, a: f32) -> vec4<f32> {
    let d = two_sum(finite(x), -a);
    let p = two_product(a, d.x);
    let q = two_product(a, d.y);
    return vec4<f32>(wide_add(p, q), wide_add(wide_add(vec2<f32>(1.0, 0.0), p), q));
}

// ln(v) with c = (w, v)
fn soft_log(x: f32, a: f32, c: vec4<f32>) -> f32 {
    let far = c.x > 1e37;
    let near = c.x > -0.6 && !far;
    let v = select(max(c.z, 1.17549435e-38), a * (finite(x) * 5.421010862427522e-20), far);
    let y = log_sum(select(0.0, 1.0, near), select(v, c.x, near), select(0.0, 64.0, far)) + select(c.w, c.y, near) / v;
    return select(y, x, is_top(x));
}
