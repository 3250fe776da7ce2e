// The error function: erf(x).
// requires: math/exp, math/erf

fn erf(x: f32) -> f32 {
    return erf_stable(x);
}

fn erf_dx(x: f32) -> f32 {
    let e = erf_slope(x, 0.0);
    return mul_exp2(e.x, e.y);
}
