// SoLU: x softmax(x). State of the gradient: (m, sum of exp(x - m), sum of dy x exp(x - m)).
// requires: math/exp, math/ratio, row/item, row/soft

fn solu_key(e: Item, p: vec4<f32>) -> f32 {
    return e.x;
}

fn solu_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec2<f32> {
    return soft_term(soft_distance(vec2<f32>(e.x, 0.0), s.x));
}

// exp(x - m) as mantissa and exponent: alone it may be subnormal.
fn solu_parts(x: f32, m: f32) -> vec2<f32> {
    let d = soft_distance(vec2<f32>(x, 0.0), m);
    return exp_parts(d.x, d.y);
}

// 0 at -inf
fn solu(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    let t = solu_parts(e.x, s.x);
    return mul_exp2(max(e.x, -3.4028233e38) * inverse(s.y + s.z) * t.x, t.y);
}

fn solu_dx_key(e: Item, p: vec4<f32>) -> f32 {
    return e.x;
}

fn solu_dx_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec2<f32> {
    let d = soft_distance(vec2<f32>(e.x, 0.0), s.x);
    let t = soft_exp(d, 0.0);
    return vec2<f32>(t, t * max(e.x, -3.4028233e38) * e.b);
}

// softmax (dy + x dy - sum(dy x softmax)), from x; 0 where softmax is, even if x dy overflows
fn solu_dx(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    let t = solu_parts(e.x, s.x);
    let share = inverse(s.y);
    let d = mul_exp2(t.x * share * ((e.b + max(e.x, -3.4028233e38) * e.b) - s.z * share), t.y);
    return select(d, 0.0, e.x - s.x < -300.0);
}
