// SReLU: t_right + a_right (x - t_right) for x >= t_right, t_left + a_left (x - t_left) for x <= t_left, x between.
// requires: math/wide

// t + a (x - t), accurate next to its root
fn srelu_line(x: f32, t: f32, a: f32) -> f32 {
    let v = clamp(x, -1e15, 1e15);
    let s = wide_add(wide_mul(two_sum(v, -t), vec2<f32>(a, 0.0)), vec2<f32>(t, 0.0));
    // A slope of 0 holds even at infinity.
    return select(s.x, select(a * x, 0.0, a == 0.0) + (t - a * t), abs(x) > 1e15);
}

// The slope a, or at the threshold the smaller of a and 1.
fn srelu_slope(a: f32, at_threshold: bool) -> f32 {
    return select(a, 1.0, at_threshold && abs(a) > 1.0);
}

fn srelu(x: f32, t_left: f32, a_left: f32, t_right: f32, a_right: f32) -> f32 {
    let right = x >= t_right;
    let y = srelu_line(x, select(t_left, t_right, right), select(a_left, a_right, right));
    return select(x, y, right || x <= t_left);
}

fn srelu_dx(x: f32, t_left: f32, a_left: f32, t_right: f32, a_right: f32) -> f32 {
    let left = select(1.0, srelu_slope(a_left, x == t_left), x <= t_left);
    return select(left, srelu_slope(a_right, x == t_right), x >= t_right);
}

fn srelu_dt_left(x: f32, t_left: f32, a_left: f32, t_right: f32, a_right: f32) -> f32 {
    return select(0.0, 1.0 - a_left, x < min(t_left, t_right));
}

fn srelu_da_left(x: f32, t_left: f32, a_left: f32, t_right: f32, a_right: f32) -> f32 {
    return select(0.0, x - t_left, x < min(t_left, t_right));
}

fn srelu_dt_right(x: f32, t_left: f32, a_left: f32, t_right: f32, a_right: f32) -> f32 {
    return select(0.0, 1.0 - a_right, x > t_right);
}

fn srelu_da_right(x: f32, t_left: f32, a_left: f32, t_right: f32, a_right: f32) -> f32 {
    return select(0.0, x - t_right, x > t_right);
}
