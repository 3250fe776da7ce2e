// requires: math/exp, math/log1p
const fuzz_table = vec3f(0.5, 1.5, -2.0);
const fuzz_far: f32 = 1e30;
fn fuzz_pick(k: i32, x: f32) -> f32 {
    var sum = 0.0;
    switch k {
        case 0, 1: { sum += fuzz_table[k]; }
        case 2: { return x; }
        default: { sum = -sum * 2.0; }
    }
    return sum;
}
fn fuzz(x: f32, slope: f32) -> f32 {
    let k = i32(clamp(x, 0.0, 4.0));
    if x > fuzz_far { return slope; } else if x < -fuzz_far { return 0.0; }
    let m = mat2x2<f32>(vec2(x, 1.0), vec2<f32>(slope)) * vec2(0.5);
    return select(m.x + m.y, fuzz_pick(k, x), abs(x) <= 1.0) * exp_stable(-abs(x));
}
fn fuzz_dx(x: f32, slope: f32) -> f32 { return bitcast<f32>(bitcast<u32>(x) >> 1u) % 3.0; }
fn fuzz_dslope(x: f32, slope: f32) -> f32 { return fract(x) + frexp(x).fract; }
