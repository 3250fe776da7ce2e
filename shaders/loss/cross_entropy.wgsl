// Cross-entropy of a row of logits and the target `row`, with q = (1 - smoothing) [at = target] + smoothing / length:
// log(sum of exp(x)) - sum of q x, plus z_loss log(sum of exp(x))^2. p = (smoothing, softcap, z_loss, factor of gradients).
// State: (m, log of the sum of exp(x - m), sum of q (x - m)).
// requires: math/gradient, math/log, math/opaque, math/ratio, row/item, row/soft

fn cross_entropy_key(e: Item, p: vec4<f32>) -> f32 {
    return e.x;
}

// The target distribution's part of an element.
fn cross_entropy_share(e: Item, p: vec4<f32>) -> f32 {
    return p.x * inverse(f32(e.length)) + select(0.0, 1.0 - p.x, e.at == e.row);
}

// (the others' terms times 2^24, q (x - m), how many equal m): next to a dominant logit the logarithm keeps the others' digits.
fn cross_entropy_term(e: Item, s: vec4<f32>, p: vec4<f32>) -> vec3<f32> {
    let t = soft_term_apart(soft_distance(vec2<f32>(e.x, 0.0), s.x), 24.0);
    let q = cross_entropy_share(e, p);
    return vec3<f32>(t.y, select(q * (e.x - s.x), 0.0, q == 0.0), t.x);
}

fn cross_entropy_next(s: vec4<f32>, sum: vec3<f32>, p: vec4<f32>, round: u32) -> vec4<f32> {
    return vec4<f32>(s.x, log1p_stable(opaque(sum.z - 1.0) + 5.9604645e-8 * sum.x), sum.y, s.w); // 2^-24
}

fn cross_entropy(s: vec4<f32>, p: vec4<f32>) -> f32 {
    let z = s.x + s.y;
    return (s.y - s.z) + p.z * z * z;
}

// factor (softmax (1 + 2 z_loss log(sum)) - q)
fn cross_entropy_dx(e: Item, s: vec4<f32>, p: vec4<f32>) -> f32 {
    let d = soft_distance(vec2<f32>(e.x, 0.0), s.x);
    let far = soft_sum2(d.x, -s.y);
    let share = soft_exp(vec2<f32>(far.x, far.y + d.y), 0.0);
    return p.w * (share * (1.0 + 2.0 * p.z * (s.x + s.y)) - cross_entropy_share(e, p));
}
