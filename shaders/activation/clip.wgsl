// Clip: x limited to [min_val, max_val]; max_val where min_val is above it. An infinite bound is none.
// requires: math/domain

fn clip(x: f32, min_val: f32, max_val: f32) -> f32 {
    return min(max(x, min_val), max_val);
}

fn clip_dx(x: f32, min_val: f32, max_val: f32) -> f32 {
    let above = x > min_val || is_top(-min_val);
    let below = x < max_val || is_top(max_val);
    return select(0.0, 1.0, above && below);
}

fn clip_dx_from_y(y: f32, min_val: f32, max_val: f32) -> f32 {
    return clip_dx(y, min_val, max_val);
}

fn clip_dx_jax(x: f32, min_val: f32, max_val: f32) -> f32 {
    let share = select(1.0, 0.5, x == min_val) * select(1.0, 0.5, x == max_val);
    return clip_dx_tf(x, min_val, max_val) * select(share, 1.0, is_infinite(x));
}

fn clip_dx_tf(x: f32, min_val: f32, max_val: f32) -> f32 {
    return select(0.0, 1.0, x >= min_val && x <= max_val);
}
