// atan(x).
// Domain: every f32; +-pi/2 at +-inf.
// Method: atan(a) = y + atan(t) with (y, t) = (0, a), (pi/4, (a - 1) / (a + 1)) or (pi/2, -1 / a), so that |t| <= tan(pi/8); an odd
//         minimax polynomial there (error 2^-30).
// Error:  1 ULP.
// requires: math/ratio

fn atan_stable(x: f32) -> f32 {
    let a = min(abs(x), 1e30);
    let middle = a > 0.41421356;
    let far = a > 2.41421356;
    let t = select(select(a, a - 1.0, middle), -1.0, far) * inverse(select(select(1.0, a + 1.0, middle), a, far));
    let z = t * t;
    let p = -0.333333164 + z * (0.19998531 + z * (-0.142444968 + z * (0.106000803 + z * -0.0609247871)));
    // pi/4 and pi/2, and what their f32 lacks.
    let y = select(select(0.0, 0.785398185, middle), 1.57079637, far);
    let rest = select(select(0.0, -2.18556941e-8, middle), -4.37113883e-8, far);
    let r = y + (t + (t * z * p + rest));
    return select(r, -r, x < 0.0);
}
