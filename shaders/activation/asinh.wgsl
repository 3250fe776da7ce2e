// The inverse hyperbolic sine: asinh(x) = log(1 + f) with f = |x| + x^2 / (1 + sqrt(1 + x^2)), far out log(2 |x|).
// The function's name is WGSL's, hence the suffix.
// requires: math/domain, math/log, math/ratio

fn asinh_act(x: f32) -> f32 {
    let a = abs(x);
    let far = a > 1e9;
    let v = min(a, 1e9);
    let s = v * v;
    let f = select(v + s * inverse(1.0 + root(1.0 + s)), a, far);
    let y = select(log_sum(select(1.0, 0.0, far), f, select(0.0, 1.0, far)), a, is_infinite(a));
    return select(y, -y, x < 0.0);
}

fn asinh_dx(x: f32) -> f32 {
    let a = min(abs(x), 1e18);
    // Where it is subnormal devices may divide as they like.
    let far = select(1.0 / min(abs(x), 8.507059e37), 0.0, is_infinite(x));
    return select(inverse_root(1.0 + a * a), far, abs(x) > 1e18);
}
