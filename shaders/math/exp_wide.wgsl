// exp of a wide number, 0 below -174.5 and saturating at 175, and sums in which it cancels.
// Method: z = n ln 2 + r; exp(r / 16) - 1 by its series, the first terms wide, and four times (1 + m)^2 - 1 = m (2 + m).
// Error:  2^-44 of exp(z), and of exp(z) - 1 for |z| < 0.34; the sums 0.5 ULP, next to their roots too.
// requires: math/exp, math/opaque, math/wide

fn wide_double(m: vec2<f32>) -> vec2<f32> {
    return wide_add(2.0 * m, wide_mul(m, m));
}

// (m, l, n) with exp(z) = (1 + m + l) 2^n
fn exp_wide(z: vec2<f32>) -> vec3<f32> {
    let x = clamp(z.x, -175.0, 175.0);
    let n = round(x * 1.44269504);
    // ln 2 in parts of 16, 16 and 24 bits
    let big = opaque(fma(n, -0.693145751953125, x));
    let r = wide_add(two_sum(big, n * -1.4286051737144589e-6), vec2<f32>(select(z.y, 0.0, abs(z.x) > 175.0) - n * 1.64659496e-12, 0.0));
    let m = 0.0625 * r;
    let cubic = 0.0416666679 + m.x * (0.00833333377 + m.x * 0.00138888892);
    let sixth = wide(0.166666672, -4.96705373e-9 + m.x * cubic);
    let half = wide_add(vec2<f32>(0.5, 0.0), wide_mul(m, sixth));
    let e = wide_add(m, wide_mul(wide_mul(m, m), half));
    let near = wide_double(wide_double(wide_double(wide_double(e))));
    // Tiny arguments would be subnormal on the way; at the lower end exp(z) is 0.
    return vec3<f32>(select(select(near, r, abs(r.x) < 1e-15), vec2<f32>(-1.0, 0.0), z.x < -174.5), n);
}

// c + d exp(z) for z <= 0, with e = exp_wide(z); where c is 0, without the factor 2^n.
fn exp_line(c: vec2<f32>, d: vec2<f32>, e: vec3<f32>) -> vec2<f32> {
    let f = mul_exp2(1.0, select(e.z, 0.0, c.x == 0.0)) * d;
    return wide_add(wide_add(c, f), wide_mul(f, e.xy));
}
