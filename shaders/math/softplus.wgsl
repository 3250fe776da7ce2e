// log(1 + exp(z)) - max(z, 0) for z = hi + lo: the part of softplus that vanishes at both ends.
// Domain: every f32. Error: 2.0 ULP.
// requires: math/gate, math/log1p

fn softplus_excess(hi: f32, lo: f32) -> f32 {
    return log1p_unit(gate_units(vec2<f32>(hi, lo)).y);
}
