// Serf: x erf(softplus(x)). Left of 0, erf(softplus(x)) is e times a minimax polynomial of e = exp(x), which stays a mantissa and
// an exponent; on [0, 2] and [2, 4] it is one of x - 1 and x - 3 (errors 2^-31, 2^-27 and 2^-29).
// requires: math/erf, math/exp, math/log1p, math/opaque, math/parts, math/ratio

// A coefficient on [0, 2], on [2, 4] and left of 0.
fn serf_factor(x: f32, near: f32, far: f32, left: f32) -> f32 {
    return select(select(near, far, x > 2.0), left, x < 0.0);
}

fn serf(x: f32) -> f32 {
    let p = exp_parts(min(x, 0.0), 0.0);
    let left = x < 0.0;
    let c0 = serf_factor(x, -0.0632780884, -1.62251586e-5, 0.128379168);
    let c1 = serf_factor(x, 0.147027537, 9.88512038e-5, -0.564189613);
    let c2 = serf_factor(x, -0.121385671, -0.000284823473, -1.27114436e-6);
    let c3 = serf_factor(x, 0.023144532, 0.000512074621, 0.28213027);
    let c4 = serf_factor(x, 0.023226846, -0.000634885801, -0.320102006);
    let c5 = serf_factor(x, -0.0100902077, 0.000565099705, 0.237491801);
    let c6 = serf_factor(x, -0.00388234504, -0.000365345797, -0.131934375);
    let c7 = serf_factor(x, 0.00249443413, 0.000161014132, 0.0537099615);
    let c8 = serf_factor(x, 0.000588010182, -2.48840661e-5, -0.0142826447);
    let c9 = serf_factor(x, -0.000464568089, -2.1877735e-5, 0.0018399849);
    let c10 = serf_factor(x, -6.32762167e-5, 1.09909397e-5, 0.0);
    let c11 = serf_factor(x, 5.24526367e-5, 0.0, 0.0);
    let u = select(min(x, 4.0) - select(1.0, 3.0, x > 2.0), mul_exp2(p.x, p.y), left);
    let high = c8 + u * (c9 + u * (c10 + u * c11));
    let y = 1.0 + (c0 + u * (c1 + u * (c2 + u * (c3 + u * (c4 + u * (c5 + u * (c6 + u * (c7 + u * high))))))));
    return select(x * y, mul_exp2(finite(x) * opaque(p.x * y), p.y), left);
}

// erf(s) + x erf'(s) sigmoid(x); on the left, over 2 / sqrt(pi) sigmoid(x), 1 + x stands alone before what vanishes with e.
fn serf_dx(x: f32) -> f32 {
    let p = exp_parts(-abs(x), 0.0);
    let e = mul_exp2(p.x, p.y);
    let tilt = log1p_tilt(e);
    let s = max(x, 0.0) + (e + e * tilt);
    let z = min(s * s, 1.0);
    let r = e + tilt * (1.0 + e); // sigmoid's divisor times softplus / e, less 1
    let t = clamp(x, -1e30, 1e30);
    let rest = erf_rest(z);
    let left = (1.0 + t) + ((r + (1.0 + r) * 0.886226925 * rest) + (t * erf_fall(z) - 5.19e-8 * (1.0 + t)));
    let c = 1.12837917 * inverse(1.0 + e); // 2 / sqrt(pi), whose f32 is too large by 5.19e-8 of it
    let g = erf_pair(s);
    let whole = select(g.x, s + s * (0.128379166 + rest), s < 1.0);
    return select(whole + min(t, 20.0) * g.y * c, mul_exp2(c * left * p.x, p.y), x < 0.0);
}
