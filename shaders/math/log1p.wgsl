// log(1 + f) for f in [0, 1].
// Method: with s = f / (2 + f): log(1 + f) = f - (h - s (h + R(s^2))), h = f^2 / 2, where R is a minimax polynomial for
//         log((1 + s) / (1 - s)) / s - 2 on s in [0, 1/3] (error 2^-29).
// Error:  1.0 ULP.

// f - log(1 + f)
fn log1p_rest(f: f32) -> f32 {
    let s = f / (2.0 + f);
    let z = s * s;
    let h = 0.5 * f * f;
    let r = z * (0.666662812 + z * (0.400278956 + z * (0.279117346 + z * 0.284077555)));
    return h - s * (h + r);
}

fn log1p_unit(f: f32) -> f32 {
    return f - log1p_rest(f);
}

// 1 - log(1 + f) / f for f in [0, 1].
fn log1p_lack(f: f32) -> f32 {
    let d = 1.0 / (2.0 + f);
    let s = f * d;
    let z = s * s;
    let r = s * d * (0.666662812 + z * (0.400278956 + z * (0.279117346 + z * 0.284077555)));
    return 0.5 * f - s * (0.5 * f + r);
}

// log(1 + f) / f; 1 at 0.
fn log1p_over(f: f32) -> f32 {
    return 1.0 - log1p_lack(f);
}

// log(1 + f) / f - 1 by a minimax polynomial (error 2^-27.6), without a division.
fn log1p_tilt(f: f32) -> f32 {
    let z = f * f;
    let low = (-0.499999017 + f * 0.333299637) + z * (-0.249541342 + f * 0.196759403);
    let high = (-0.153055966 + f * 0.106036611) + z * ((-0.0569595844 + f * 0.0198514834) + z * -0.00324402913);
    return f * (low + (z * z) * high);
}
