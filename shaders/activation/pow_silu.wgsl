// PowSiLU: x^(m / (sqrt(x) + 1)) sigmoid(x) for x > 0, otherwise x sigmoid(x). The power is exp(g) with g = m ln(x) / (sqrt(x) + 1).
// requires: math/exp, math/gate, math/log_wide, math/opaque, math/ratio, math/wide

// (g, rest of g, ln(x), rest of it); g is 0 at infinity
fn pow_silu_exponent(x: f32, m: f32) -> vec4<f32> {
    let low = x < 1e-10;
    let v = select(min(x, 1e30), max(x * 1.8446744e19, 1e-26), low);
    let l = log_wide(vec2<f32>(v, 0.0), select(0.0, -64.0, low));
    let root = sqrt(v);
    let square = two_product(root, root);
    let scale = select(1.0, 2.3283064e-10, low);
    let d = two_sum(1.0, root * scale);
    let over = 1.0 / d.x;
    let n = two_product(m, l.x);
    let q = opaque(n.x * over);
    let p = two_product(q, d.x);
    // What the square root, the sum and the quotient rounded off.
    let rest = d.y + ((v - square.x) - square.y) / (2.0 * root) * scale;
    let g = vec2<f32>(q, ((opaque(n.x - p.x) - p.y) + (n.y + m * l.y) - q * rest) * over);
    return vec4<f32>(g.x, g.y, l.x, l.y);
}

fn pow_silu(x: f32, m: f32) -> f32 {
    let g = pow_silu_exponent(x, m);
    let e = exp_parts(g.x, g.y);
    let right = mul_exp2(e.x * inverse(1.0 + exp_stable(-max(x, 0.0))), e.y);
    return select(gate(x, vec2<f32>(x, 0.0)), right, x > 0.0);
}

// On the right exp(g - ln(x)) sigmoid(x) (x g' + x sigmoid(-x)) with x g' = (m - g sqrt(x) / 2) / (sqrt(x) + 1)
fn pow_silu_dx(x: f32, m: f32) -> f32 {
    let g = pow_silu_exponent(x, m);
    let v = clamp(x, 0.0, 1e30);
    let z = wide_add(vec2<f32>(g.x, g.y), vec2<f32>(-g.z, -g.w));
    let e = exp_parts(z.x, z.y);
    let fall = exp_stable(-v);
    let share = inverse(1.0 + fall);
    let r = root_of_any(v);
    let slope = ratio(m - 0.5 * g.x * r, 1.0 + r) + v * (fall * share);
    let right = mul_exp2(ratio(e.x * slope, 1.0 + fall), e.y);
    let left = gate_dx(vec2<f32>(x, 0.0), vec2<f32>(x, 0.0));
    return select(select(left, 0.0, x == 0.0), right, x > 0.0);
}
