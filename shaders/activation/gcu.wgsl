// GCU, the growing cosine unit: x cos(x), for every finite x.
// requires: math/sincos

fn gcu(x: f32) -> f32 {
    return no_limit(x, x * sincos(x, 1.0).y);
}

fn gcu_dx(x: f32) -> f32 {
    let s = sincos(x, 1.0);
    return no_limit(x, s.y - x * s.x);
}
