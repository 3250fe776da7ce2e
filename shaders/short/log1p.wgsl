// As math/log1p, for results of 16 bits: a shorter polynomial (error 2^-19).

fn log1p_tilt(f: f32) -> f32 {
    let z = f * f;
    let low = (-0.499907464 + f * 0.331404179) + z * (-0.236112982 + f * 0.151026681);
    return f * (low + (z * z) * (-0.0678501949 + f * 0.01458795));
}

fn log1p_unit(f: f32) -> f32 {
    return fma(f, log1p_tilt(f), f);
}
