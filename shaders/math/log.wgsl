// log(1 + f) for f >= 0 and log(f) for f > 0.
// Domain: every normal f32, and 0 for log(1 + f).
// Method: the exponent comes off the bits, so that 1 + g is left in [sqrt(1/2), sqrt(2)] with an exact g (g = f next to 0);
//         log(1 + g) = g - (h - s (h + R(s^2))), h = g^2 / 2, s = g / (2 + g), with a minimax polynomial R (error 2^-32).
// Error:  1 ULP.
// requires: math/opaque, math/ratio

// log(one + f) + more ln 2 where `one` is 0 or 1.
fn log_sum(one: f32, f: f32, more: f32) -> f32 {
    let u = one + f;
    let k = i32((bitcast<u32>(u) + 0x4afb0du) >> 23u) - 127;
    let scaled = bitcast<f32>(bitcast<u32>(f) - (bitcast<u32>(k) << 23u));
    let g = opaque(scaled - opaque(1.0 - one * bitcast<f32>(u32(clamp(127 - k, 0, 254)) << 23u)));
    let s = g * inverse(2.0 + g);
    let z = s * s;
    let h = 0.5 * g * g;
    let r = z * (0.666668057 + z * (0.399747312 + z * 0.299369991));
    // ln 2 in two parts: the first has 9 bits, so whole multiples are exact.
    let n = f32(k) + more;
    return n * 0.693359375 + (g - ((h - s * (h + r)) + n * 2.12194440e-4));
}

fn log1p_stable(f: f32) -> f32 {
    return log_sum(1.0, clamp(f, 0.0, 3.4028233e38), 0.0);
}
