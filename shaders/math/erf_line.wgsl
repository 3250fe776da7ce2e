// b + w erf(z) for z = hi + lo, |w| <= 1e6. With s the sign of z that is b + s w - s w erfc(|z|), which keeps its digits for
// |b| >= |w| and far out; next to 0 it is b + w z, exactly, and what is left.
// Error: 4.5 ULP, of the larger of b and w erf(z) for |b| < |w|.
// requires: math/erf, math/exp, math/mills, math/opaque, math/wide

// (v, n) with b + w erf(z) = v 2^n
fn erf_line(b: f32, w: f32, z: vec2<f32>) -> vec2<f32> {
    let v = select(w, -w, z.x < 0.0);
    let s = clamp(z.x, -0.75, 0.75);
    let line = wide_add(two_product(w, s), vec2<f32>(b, 0.0));
    let fair = line.x + (line.y + w * (s * erf_excess(s * s) + z.y));
    // Parts of tiny products may be subnormal.
    let near = select(fair, fma(opaque(1.12837917 * w), s, b), abs(s) < 1e-18);
    let e = square_parts(z.x, z.y);
    // erfc(a) = 2 Q(sqrt(2) a)
    let tail = v * (e.x * ((2.0 * mills_unit()) * mills(1.41421356 * clamp(abs(z.x), 0.75, 10.0))));
    let c = two_sum(b, v);
    let inner = abs(z.x) < 0.75;
    let alone = c.x == 0.0 && !inner;
    let far = c.x + (c.y - mul_exp2(tail, select(e.y, 0.0, alone)));
    return vec2<f32>(select(far, near, inner), select(0.0, e.y, alone));
}
