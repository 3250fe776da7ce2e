// exp(hi + lo) with some 31 bits, for what is itself squared in an exponent.
// Domain: every f32; the argument saturates at -175 and 80.
// Method: as exp, with r = s + d, s a multiple of 2^-9: 1 + s + s^2 / 2 and s^3 are exact, and what is left is small.
// Error:  2^-31 of the sum, for arguments up to 40.
// requires: math/opaque

// (a, b, n) with exp(hi + lo) = (a + b) 2^n, |b| < 0.01; a and b are 0 below -174.5.
fn exp_fine(hi: f32, lo: f32) -> vec3<f32> {
    let x = clamp(hi, -175.0, 80.0);
    let n = round(x * 1.44269504);
    let big = opaque(fma(n, -0.693359375, x));
    let small = n * -2.12194440e-4 - select(lo, 0.0, hi < -175.0 || hi > 80.0);
    let s = round((big - small) * 512.0) * 0.001953125;
    let d = opaque(big - s) - small;
    let a = (1.0 + s) + 0.5 * s * s;
    let cube = s * s * s;
    let c = cube * 0.166666672;
    // The rest of 1/6, and higher powers.
    let w = cube * (-4.96705373e-9 + s * (0.0416666667 + s * (0.00833333333 + s * (0.00138888889 + s * (0.000198412698
        + s * (2.48015873e-5 + s * 2.7557319e-6))))));
    let b = c + (w + d * ((1.0 + d * (0.5 + d * 0.166666672)) * (a + (c + w))));
    let none = hi < -174.5;
    return vec3<f32>(select(a, 0.0, none), select(b, 0.0, none), n);
}
