// Logish: alpha x ln(1 + sigmoid(beta x)).
// requires: math/exp, math/gate, math/log1p, math/product

fn logish(x: f32, alpha: f32, beta: f32) -> f32 {
    let z = product(x, beta);
    let p = gate_parts(z);
    let left = z.x < 0.0;
    let s = select(1.0, p.z, left) / (1.0 + p.z);
    // log(1 + s) / e, which is nearly 1 for small e
    let small = p.z < 0.5;
    let lack = log1p_lack(s);
    let v = select(1.0 - lack, lack + p.z, small) / (1.0 + p.z);
    let factor = select(log1p_unit(s), p.x * select(v, 1.0 - v, small), left);
    return mul_exp2(select(x, finite(x), left) * (alpha * factor), select(0.0, p.y, left));
}

// L + z sigmoid'(z) / (1 + sigmoid(z)); on the left 1 + z stands alone before what vanishes with e = exp(z).
fn logish_dx(x: f32, alpha: f32, beta: f32) -> f32 {
    let z = product(x, beta);
    let p = gate_parts(z);
    let e = p.z;
    let left = z.x < 0.0;
    let s = select(1.0, e, left) / (1.0 + e);
    let hi = clamp(z.x, -1e30, 1e30);
    let lo = select(z.y, 0.0, abs(z.x) > 1e30);
    let t = hi + lo;
    let d = 1.0 + 2.0 * e;
    let tail = p.x * ((1.0 + hi) + (lo + (2.0 * e - log1p_lack(s) * d))) / (d * (1.0 + e));
    return mul_exp2(alpha * select(log1p_unit(s) + t * e / ((1.0 + e) * (2.0 + e)), tail, left), select(0.0, p.y, left));
}
