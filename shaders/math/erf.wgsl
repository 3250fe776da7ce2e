// erf(x) and its derivative 2 / sqrt(pi) exp(-x^2), with relative accuracy everywhere.
// Domain: every f32; erf is +-1 from |x| = 3.9 on.
// Method: erf(x) / x by an even minimax polynomial up to 1 (error 2^-30), a minimax polynomial beyond (error 2^-24.9).
// Error:  1.5 ULP; the derivative 2 ULP.
// requires: math/exp, math/exp_core, math/opaque, math/parts, math/product

// erf(s) / s - 2 / sqrt(pi) for z = s^2 in [0, 1].
fn erf_rest(z: f32) -> f32 {
    let w = z * z;
    return z * ((-0.37612626 + z * 0.112835854) + w * ((-0.0268538129 + z * 0.00518832775) + w * (-0.000801019312 + z * 7.85386001e-5)));
}

// erf(s) / s - 1
fn erf_excess(z: f32) -> f32 {
    return 0.128379166 + erf_rest(z);
}

// erf(x) for |x| >= 1, something finite elsewhere; halves of the polynomial side by side wait less for each other.
fn erf_far(x: f32) -> f32 {
    let a = min(abs(x), 3.9);
    let u = a - 2.45;
    let z = u * u;
    let low = 0.00278989412 + u * -0.00683684228 + z * (0.0102360938 + u * -0.0102487057);
    let middle = 0.00697627105 + u * -0.00299574458 + z * (0.000429952168 + u * 0.000419477554);
    let high = -0.000306785310 + u * 4.83849763e-5 + z * (2.65308499e-5 + u * -9.05513571e-6);
    let far = select(0.999469459 + u * (low + z * z * (middle + z * z * high)), 1.0, a >= 3.9);
    return select(far, -far, x < 0.0);
}

fn erf_stable(x: f32) -> f32 {
    return select(erf_far(x), x * (1.0 + erf_excess(min(x * x, 1.0))), abs(x) < 1.0);
}

// (erf(a), exp(-a^2)) for a >= 0, erf only from 1 on: erfc(a) is exp(-a^2) times a polynomial (error 2^-26 of erf).
fn erf_pair(a: f32) -> vec2<f32> {
    let b = min(a, 9.0);
    let h = high_bits(b);
    let e = exp_inner(-(h * h), -((b - h) * (b + h)), 0.0);
    let c = min(a, 4.0);
    let w = c * c;
    let p = ((0.986291766 + c * -1.04895425) + w * (0.794006467 + c * -0.433137178))
        + w * w * ((0.165017113 + c * -0.0413123295) + w * (0.00606578588 + c * -0.000393788796));
    return vec2<f32>(1.0 - e * p, select(e, 0.0, a > 9.0));
}

// exp(-q) - 1 for q in [0, 1]; error 2^-28.
fn erf_fall(q: f32) -> f32 {
    let w = q * q;
    let high = (0.041645579 + q * -0.00827309582) + w * (0.00129866379 + q * -0.000128380721);
    return q * (-1.0 + q * ((0.499999762 + q * -0.166663095) + w * high));
}

// (m, n) with exp(-(hi + lo)^2) = m 2^n, |lo| small beside |hi|.
fn square_parts(hi: f32, lo: f32) -> vec2<f32> {
    let a = min(abs(hi), 20.0);
    let h = high_bits(a);
    let l = opaque(a - h) + select(select(lo, -lo, hi < 0.0), 0.0, abs(hi) > 20.0);
    return exp_parts(-h * h, -l * (2.0 * h + l));
}

// (m, n) with exp(z - s^2) = m 2^n, both given as hi + lo.
fn exp_less_square(z: vec2<f32>, s: vec2<f32>) -> vec2<f32> {
    let a = min(abs(s.x), 20.0);
    let h = high_bits(a);
    let l = opaque(a - h) + select(select(s.y, -s.y, s.x < 0.0), 0.0, abs(s.x) > 20.0);
    let hi = sum2(z.x, -h * h);
    return exp_parts(hi.x, hi.y + (z.y - l * (2.0 * h + l)));
}

// The same of 2 / sqrt(pi) exp(-(hi + lo)^2).
fn erf_slope(hi: f32, lo: f32) -> vec2<f32> {
    let e = square_parts(hi, lo);
    return vec2<f32>(e.x + e.x * 0.128379167, e.y);
}
