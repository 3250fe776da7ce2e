// ln(v) as hi + lo for a wide number v > 0, for what goes into an exponential after a product: v^y = exp(y ln(v)).
// Domain: hi from 1e-30 to 1e30.
// Method: v = 2^k (1 + g), s = g / (2 + g) with its rest, ln(1 + g) = 2 s + s^3 (2/3 + s^2 P(s^2)), where 2/3 s^2 is wide and P a
//         minimax polynomial (error 2^-43 of the whole).
// Error:  2^-42.
// requires: math/opaque, math/wide

// ln(v) + more ln 2
fn log_wide(v: vec2<f32>, more: f32) -> vec2<f32> {
    let k = i32((bitcast<u32>(v.x) + 0x4afb0du) >> 23u) - 127;
    let scale = bitcast<f32>(u32(127 - k) << 23u);
    let m = v.x * scale;
    let rest = v.y * scale;
    let g = opaque(m - 1.0);
    let d = two_sum(1.0, m);
    let over = 1.0 / d.x;
    // The quotient's rest makes up for the rounding of the reciprocal.
    let s = opaque(g * over);
    let p = two_product(s, d.x);
    let low = ((opaque(g - p.x) - p.y) + (rest - s * (d.y + rest))) * over;
    let z = two_product(s, s);
    let c = two_product(z.x, 0.666666687);
    let high = z.x * z.x * (0.4 + z.x * (0.28571972 + z.x * (0.22179732 + z.x * 0.19556269)));
    let w = c.y + (0.666666687 * (z.y + 2.0 * s * low) + (high - 1.98682149e-8 * z.x));
    let cube = two_product(s, c.x);
    // ln 2 in two parts: the first has 16 bits, so whole multiples are exact.
    let n = f32(k) + more;
    let a = two_sum(n * 0.693145751953125, 2.0 * s);
    let b = two_sum(a.x, cube.x);
    return wide(b.x, (a.y + b.y) + ((cube.y + s * w) + (low * (2.0 + c.x) + n * 1.42860682e-6)));
}
