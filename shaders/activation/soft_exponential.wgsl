// Soft exponential: (exp(alpha x) - 1) / alpha + alpha for alpha > 0, x for 0, and for a = -alpha > 0 ln(v) / a with
// v = 1 + w, w = a (x - a).
// requires: math/exp, math/expm1, math/log, math/product

// (w, v)
fn soft_exponential_w(x: f32, a: f32) -> vec2<f32> {
    let d = sum2(x, -a);
    let rest = select(a * d.y, 0.0, abs(x) > 1e15);
    let w = a * d.x + rest;
    return vec2<f32>(w, select(product_sum(a, d.x, 1.0, rest), 1.0 + w, w > -0.5));
}

// ln(v); for v <= 0 what the logarithm of f32 gives, put together from bits.
fn soft_exponential_log(x: f32, a: f32, w: vec2<f32>) -> f32 {
    let far = x > 1.8446744e19;
    let inner = w.x > -0.6 && !far;
    let tail = select(max(w.y, 1.17549435e-38), a * (finite(x) * 5.421010862427522e-20), far);
    let y = log_sum(select(0.0, 1.0, inner), select(tail, w.x, inner), select(0.0, 64.0, far));
    let bits = select(0xff800000u, 0x7fc00000u, w.y < 0.0) | (bitcast<u32>(x) & 1u) * u32(w.y < 0.0);
    return select(bitcast<f32>(select(bits, bitcast<u32>(y), w.y > 0.0)), x, x > 3.40282347e38);
}

fn soft_exponential(x: f32, alpha: f32) -> f32 {
    let z = product(x, alpha);
    let e = exp_parts(z.x, z.y);
    let right = select(expm1_sum(z.x, z.y) / alpha + alpha, mul_exp2(e.x / alpha, e.y), z.x > 20.0);
    let left = soft_exponential_log(x, -alpha, soft_exponential_w(x, -alpha)) / -alpha;
    return select(select(left, right, alpha > 0.0), x, alpha == 0.0);
}

fn soft_exponential_dx(x: f32, alpha: f32) -> f32 {
    let z = product(x, alpha);
    let left = 1.0 / clamp(soft_exponential_w(x, -alpha).y, -3.40282347e38, 3.40282347e38);
    return select(left, exp_sum(z.x, z.y), alpha >= 0.0);
}

// 1 + ((u - 1) exp(u) + 1) / alpha^2 with u = alpha x, 1 + x^2 times a minimax polynomial (error 2^-27.8) for u in [-1.5, 1]; for
// alpha < 0 (ln(v) - w / v) / a^2 + 1 / v, the bracket as a polynomial of y = w / (2 + w) (error 2^-27) for w in [-0.75, 1.25].
fn soft_exponential_dalpha(x: f32, alpha: f32) -> f32 {
    let z = product(x, alpha);
    let u = clamp(z.x + z.y, -2.0, 1.0);
    let q = 0.5 + u * (0.333333343 + u * (0.12500003 + u * (0.0333332568 + u * (0.00694426382 + u * (0.00119054783
        + u * (0.000173899403 + u * (2.21327264e-5 + u * (2.35909033e-6 + u * 1.56339198e-7))))))));
    let e = exp_parts(z.x, z.y);
    let grown = mul_exp2(((clamp(z.x, -1e30, 1e30) - 1.0) + z.y) * e.x / alpha / alpha, e.y);
    let right = 1.0 + select(grown + 1.0 / alpha / alpha, x * (x * q), z.x + z.y > -1.5 && z.x + z.y < 1.0);
    let w = soft_exponential_w(x, -alpha);
    let d = clamp(x + alpha, 0.75 / alpha, -1.25 / alpha);
    let t = d / (2.0 - alpha * d);
    let y = -alpha * t;
    let s = y * y;
    let r = 0.666667938 + s * (0.399914145 + s * (0.28768146 + s * (0.201194122 + s * (0.299043715 + s * (-0.188067064
        + s * 0.588405252)))));
    let far = soft_exponential_log(x, -alpha, w) - 1.0 + 1.0 / w.y;
    let left = select(far / alpha / alpha, t * t * (2.0 / (1.0 + y) + y * r), w.x > -0.75 && w.x < 1.25);
    return select(left + 1.0 / w.y, right, alpha >= 0.0);
}
