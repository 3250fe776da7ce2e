// log(1 + f) for f in [0, 1].
// Method: a minimax polynomial for log(1 + f) / f - 1 (error 2^-27.6), without a division.
// Error:  1.2 ULP.

// log(1 + f) / f - 1
fn log1p_tilt(f: f32) -> f32 {
    let z = f * f;
    let low = (-0.499999017 + f * 0.333299637) + z * (-0.249541342 + f * 0.196759403);
    let high = (-0.153055966 + f * 0.106036611) + z * ((-0.0569595844 + f * 0.0198514834) + z * -0.00324402913);
    return f * (low + (z * z) * high);
}

fn log1p_unit(f: f32) -> f32 {
    return fma(f, log1p_tilt(f), f);
}
