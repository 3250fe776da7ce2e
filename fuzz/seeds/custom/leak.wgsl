const fuzz_none = 0.0; // where the sides meet

fn fuzz_side(x: f32, slope: f32) -> f32 {
    return select(slope, 1.0, x > fuzz_none);
}

fn fuzz(x: f32, slope: f32) -> f32 {
    return x * fuzz_side(x, slope);
}

fn fuzz_dx(x: f32, slope: f32) -> f32 {
    return fuzz_side(x, slope);
}

fn fuzz_dx_from_y(y: f32, slope: f32) -> f32 {
    return fuzz_side(y, slope);
}

fn fuzz_dslope(x: f32, slope: f32) -> f32 {
    return min(x, 0.0);
}
