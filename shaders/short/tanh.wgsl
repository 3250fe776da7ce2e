// As math/tanh, for results of 16 bits.
// requires: math/exp_core

fn tanh_sum(hi: f32, lo: f32) -> f32 {
    let e = exp_split(2.0 * min(hi, 10.0), select(2.0 * lo, 0.0, hi > 10.0));
    let power = raise_exp2(1.0, e.y, 0.0);
    let m = fma(power, e.x, power - 1.0);
    return m / (2.0 + m);
}

fn tanh_stable(x: f32) -> f32 {
    let t = tanh_sum(abs(x), 0.0);
    return bitcast<f32>(bitcast<u32>(t) | (bitcast<u32>(x) & 0x80000000u));
}
