// Cosine: cos(x), for every finite x.
// requires: math/sincos

fn cosine(x: f32) -> f32 {
    return no_limit(x, sincos(x, 1.0).y);
}

fn cosine_dx(x: f32) -> f32 {
    return no_limit(x, -sincos(x, 1.0).x);
}
