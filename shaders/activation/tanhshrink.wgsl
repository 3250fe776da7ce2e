// Tanhshrink: x - tanh(x), as a polynomial where the two cancel.
// requires: math/exp, math/opaque, math/ratio, math/tanh

fn tanhshrink(x: f32) -> f32 {
    let a = abs(x);
    let b = min(a, 1.0);
    let z = b * b;
    // (x - tanh x) / x^3 on [0, 1], relative error 2^-31
    let high = -0.0218625832 + z * (0.00882627815 + z * (-0.00347844511 + z * (0.00124222622 + z * (-0.000337731821 + z * 4.84775483e-5))));
    let small = b * z * (0.333333343 + z * (-0.13333331 + z * (0.0539675988 + z * high)));
    let large = opaque(a - 1.0) + 2.0 * inverse(1.0 + exp_stable(2.0 * min(a, 20.0)));
    let t = select(large, small, a < 1.0);
    return select(t, -t, x < 0.0);
}

fn tanhshrink_dx(x: f32) -> f32 {
    let t = tanh_stable(x);
    return t * t;
}
