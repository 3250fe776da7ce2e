// erf(x) and its derivative 2 / sqrt(pi) exp(-x^2), with relative accuracy everywhere.
// Domain: every f32; erf is +-1 from |x| = 3.93 on.
// Method: erf(x) / x by an even minimax polynomial up to 1 (error 2^-30), 1 - exp(-p(x)) with a minimax polynomial p for
//         -log(erfc(x)) beyond (error 2^-30 of erf).
// Error:  1 ULP; the derivative 2 ULP.
// requires: math/exp, math/product

// erf(s) / s - 2 / sqrt(pi) for z = s^2 in [0, 1].
fn erf_rest(z: f32) -> f32 {
    return z * (-0.37612626 + z * (0.112835854 + z * (-0.0268538129 + z * (0.00518832775 + z * (-0.000801019312
        + z * 7.85386001e-5)))));
}

// erf(s) / s - 1
fn erf_excess(z: f32) -> f32 {
    return 0.128379166 + erf_rest(z);
}

fn erf_stable(x: f32) -> f32 {
    let a = clamp(abs(x), 1.0, 4.0);
    let p = 0.000341618404 + a * (1.12708879 + a * (0.638145566 + a * (0.103106104 + a * (-0.0218377374 + a * (0.00294757192
        + a * -0.00018636989)))));
    let far = 1.0 - exp_stable(-p);
    return select(select(far, -far, x < 0.0), x + x * erf_excess(min(x * x, 1.0)), abs(x) < 1.0);
}

// (m, n) with exp(-(hi + lo)^2) = m 2^n, |lo| small beside |hi|.
fn square_parts(hi: f32, lo: f32) -> vec2<f32> {
    let a = min(abs(hi), 20.0);
    let h = high_bits(a);
    let l = (a - h) + select(select(lo, -lo, hi < 0.0), 0.0, abs(hi) > 20.0);
    return exp_parts(-h * h, -l * (2.0 * h + l));
}

// The same of 2 / sqrt(pi) exp(-(hi + lo)^2).
fn erf_slope(hi: f32, lo: f32) -> vec2<f32> {
    let e = square_parts(hi, lo);
    return vec2<f32>(e.x + e.x * 0.128379167, e.y);
}
