// As math/units, for results of 16 bits: nearer to 1, as the built-in exponential loses digits with its argument, and what is 0 as
// stored is 0 sooner. 5.9604645e-8 is 2^-24.

fn gate_unit() -> f32 {
    return 9.094947e-13;
}

fn gate_shift() -> f32 {
    return 40.0;
}

fn gate_end() -> f32 {
    return -110.0;
}

fn fall_unit() -> f32 {
    return 5.9604645e-8;
}

fn fall_shift() -> f32 {
    return 24.0;
}

fn gauss_unit() -> f32 {
    return 5.9604645e-8;
}

fn gauss_shift() -> f32 {
    return 24.0;
}
