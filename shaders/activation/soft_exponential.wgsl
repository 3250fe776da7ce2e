// Soft exponential: (exp(alpha x) - 1) / alpha + alpha for alpha > 0, x for 0, and for a = -alpha > 0 ln(v) / a with
// v = 1 + a (x - a); NaN where v < 0.
// requires: math/domain, math/exp, math/exp_wide, math/expm1, math/opaque, math/parts, math/product, math/ratio, math/soft_log, math/wide

fn soft_exponential(x: f32, alpha: f32) -> f32 {
    if alpha < 0.0 {
        let c = soft_log_argument(x, -alpha);
        let y = select(-soft_log(x, -alpha, c) * inverse(alpha), x + alpha, abs(c.x) < 1e-8);
        return pole(y, c.z, 0xff800000u);
    }
    let z = product(x, alpha);
    let e = exp_parts(z.x, z.y);
    let over = inverse(alpha);
    var y = select(expm1_sum(z.x, z.y) * over, mul_exp2(e.x * over, e.y), z.x > 20.0) + alpha;
    if x < 0.0 && y < 2.0 * alpha {
        // The terms cancel near a root.
        let fall = exp_line(vec2<f32>(-1.0, 0.0), vec2<f32>(1.0, 0.0), exp_wide(two_product(max(x, -1e30), alpha)));
        y = wide_add(fall, two_product(alpha, alpha)).x * over;
    }
    return select(y, x + alpha, abs(z.x) < 7e-15);
}

fn soft_exponential_dx(x: f32, alpha: f32) -> f32 {
    if alpha < 0.0 {
        let v = soft_log_argument(x, -alpha).z;
        return pole(select(reciprocal(v), 0.0, is_top(x)), v, 0x7f800000u);
    }
    let z = product(x, alpha);
    return exp_sum(z.x, z.y);
}

// 1 + ((u - 1) exp(u) + 1) / alpha^2 with u = alpha x, next to 0 as 1 + x^2 q(u) (error 2^-27.8); for alpha < 0
// (ln(v) - w / v) / a^2 + 1 / v with w = v - 1, next to 0 by d = x - a and a polynomial of y = w / (2 + w) (2^-26.3).
fn soft_exponential_dalpha(x: f32, alpha: f32) -> f32 {
    if alpha < 0.0 {
        let c = soft_log_argument(x, -alpha);
        let d = two_sum(finite(x), alpha);
        let w = min(c.x, 1e37);
        let share = inverse(2.0 + w);
        let t = d.x * share;
        let y = w * share;
        let s = y * y;
        let r = 0.666667223 + s * (0.399947941 + s * (0.287135929 + s * (0.20521974 + s * (0.284130037 + s * (-0.161137521
            + s * 0.569618702)))));
        let square = two_product(d.x, d.x);
        let near = (square.x + (square.y + 2.0 * d.x * d.y)) * (share * reciprocal(c.z)) + t * t * (y * r);
        let over = inverse(alpha);
        let q = quotient(1.0, min(c.z, 1e37));
        let far = (((q.x - 1.0) + soft_log(x, -alpha, c)) + q.y) * (over * over);
        return pole(select(far, near, abs(y) < 0.6) + q.x, c.z, 0x7f800000u);
    }
    let z = product(x, alpha);
    let u = clamp(z.x + z.y, -2.0, 1.0);
    let q = 0.5 + u * (0.333333343 + u * (0.12500003 + u * (0.0333332568 + u * (0.00694426382 + u * (0.00119054783
        + u * (0.000173899403 + u * (2.21327264e-5 + u * (2.35909033e-6 + u * 1.56339198e-7))))))));
    let e = exp_parts(z.x, z.y);
    let over = inverse(alpha);
    let far = mul_exp2(((clamp(z.x, -1e30, 1e30) - 1.0) + z.y) * e.x * over * over, e.y) + over * over;
    return 1.0 + select(far, x * opaque(x * q), u > -1.7 && u < 1.0);
}
