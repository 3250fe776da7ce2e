// SUGAR: max(0, x) with the gradient of B-SiLU, (x + alpha) sigmoid(x) - alpha/2.
// requires: math/exp, math/gate, math/opaque, math/ratio

fn sugar(x: f32, alpha: f32) -> f32 {
    return max(x, 0.0);
}

fn sugar_dx(x: f32, alpha: f32) -> f32 {
    let p = gate_parts(vec2<f32>(x, 0.0));
    let left = x < 0.0;
    let v = clamp(x, -1e30, 1e30);
    // With e = exp(-|x|): (1 + x + alpha + e) e / (1 + e)^2 on the left, (1 + e + (x + alpha) e) / (1 + e)^2 on the right.
    // The maximum keeps compilers from adding alpha + e first, which rounds where the rest cancels.
    let line = opaque((1.0 + v) + alpha);
    let sum = select(1.0 + (p.z + (v + alpha) * p.z), (line + p.z) * p.x, left);
    return mul_exp2(sum * inverse(1.0 + p.z * (2.0 + p.z)), select(0.0, p.y, left));
}
