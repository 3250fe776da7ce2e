// Leaky hardtanh: max_val + max_slope (x - max_val) for x >= max_val, min_val + min_slope (x - min_val) for x <= min_val, x between.
// requires: activation/srelu

fn leaky_hardtanh(x: f32, min_val: f32, max_val: f32, min_slope: f32, max_slope: f32) -> f32 {
    return srelu(x, min_val, min_slope, max_val, max_slope);
}

fn leaky_hardtanh_dx(x: f32, min_val: f32, max_val: f32, min_slope: f32, max_slope: f32) -> f32 {
    return srelu_dx(x, min_val, min_slope, max_val, max_slope);
}
