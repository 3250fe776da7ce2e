// Serf: x erf(softplus(x)). On the left softplus is e r with e = exp(x), r = log(1 + e) / e, and e stays a mantissa and an exponent.
// requires: math/exp, math/expm1, math/log1p, math/erf, math/product

fn serf(x: f32) -> f32 {
    let p = exp_parts(-abs(x), 0.0);
    let e = mul_exp2(p.x, p.y);
    let r = log1p_over(e);
    let s = e * r;
    let left = finite(x) * p.x * (r + r * erf_excess(s * s));
    return select(x * erf_stable(max(x, 0.0) + s), mul_exp2(left, p.y), x < 0.0);
}

// erf(s) + x erf'(s) sigmoid(x); on the left, over 2 / sqrt(pi) sigmoid(x), 1 + x stands alone before what vanishes with e.
fn serf_dx(x: f32) -> f32 {
    let p = exp_parts(-abs(x), 0.0);
    let e = mul_exp2(p.x, p.y);
    let lack = log1p_lack(e);
    let s = max(x, 0.0) + (e - e * lack);
    let z = s * s;
    let h = expm1_stable(-z); // exp(-s^2) - 1
    let r = e - lack * (1.0 + e); // sigmoid's divisor times softplus / e, less 1
    let t = clamp(x, -1e30, 1e30);
    let left = (1.0 + t) + ((r + (1.0 + r) * 0.886226925 * erf_rest(min(z, 1.0))) + (t * h - 5.19e-8 * (1.0 + t)));
    let c = 1.12837917 / (1.0 + e); // 2 / sqrt(pi), whose f32 is too large by 5.19e-8 of it
    return select(erf_stable(s) + min(t, 20.0) * (1.0 + h) * c, mul_exp2(c * left * p.x, p.y), x < 0.0);
}
