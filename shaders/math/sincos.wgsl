// sin(a b) and cos(a b), relative to their own size also next to their zeros.
// Domain: every finite a and b with a normal or zero product, to the largest f32 and beyond; NaN where a is infinite.
// Method: the angle as hi + lo in [-pi/4, pi/4] and a number of quarter turns: by Cody and Waite's differences up to 256 of
//         them, from math/turn beyond and where these differences would leave no digits; minimax polynomials (error 2^-28 and
//         2^-33).
// Error:  1 ULP.
// requires: math/domain, math/opaque, math/parts, math/product, math/turn

// (hi, lo, quarter turns) of a part of a turn.
fn angle_of(turns: vec2<u32>) -> vec3<f32> {
    let quarters = (turns.x + 0x20000000u) >> 30u;
    let rest = turns.x - (quarters << 30u);
    let minus = rest >= 0x80000000u;
    let sign = select(0u, 0xffffffffu, minus);
    let high = rest ^ sign;
    let low = turns.y ^ sign;
    // 29 + 32 bits as three exact numbers; 2 pi = 6.28125 + 0.00193530718.
    let a = f32(high >> 5u) * select(7.450580596923828e-9, -7.450580596923828e-9, minus);
    let b = f32(((high & 31u) << 19u) | (low >> 13u)) * 4.440892098500626e-16;
    let c = b + f32(low & 0x1fffu) * 5.421010862427522e-20;
    let h = high_bits(a);
    let rest_of_turn = (a - h) + select(c, -c, minus);
    return vec3<f32>(h * 6.28125, h * 0.00193530718 + rest_of_turn * 6.28318531, f32(quarters));
}

// The angle r, or other.
fn angle_or(r: vec3<f32>, other: vec3<f32>, which: bool) -> vec3<f32> {
    return vec3<f32>(select(r.x, other.x, which), select(r.y, other.y, which), select(r.z, other.z, which));
}

// a b as hi + lo, exactly, where hi is the nearest f32.
fn exact_product(a: f32, b: f32) -> vec2<f32> {
    let x = finite(a);
    let p = opaque(x * b);
    let xh = high_bits(x);
    let bh = high_bits(b);
    let xl = x - xh;
    let bl = b - bh;
    return vec2<f32>(p, opaque(opaque(opaque(xh * bh - p) + xh * bl) + xl * bh) + xl * bl);
}

// The angle p = hi + lo by differences, for up to 256 quarter turns. The three parts of pi / 2 have 16, 16 and
// 24 bits (error 2^-57), so that the products of the first two are exact, and so is each difference that leaves little.
fn angle_near(p: vec2<f32>) -> vec3<f32> {
    let k = round(p.x * 0.636619747);
    let first = opaque(p.x - k * 1.5707703);
    let more = opaque(k * 2.6063062e-5);
    let second = opaque(first - more);
    let sum = opaque(second + p.y);
    let rest = opaque(opaque(second - sum) + p.y) + (opaque(opaque(first - second) - more) - k * 6.0771006e-11);
    return vec3<f32>(sum, rest, modulo4(k));
}

// The angle a b.
fn angle(a: f32, b: f32) -> vec3<f32> {
    let plain = a * b;
    // Parts of tiny products may be subnormal.
    var r = angle_or(angle_near(exact_product(a, b)), vec3<f32>(plain, 0.0, 0.0), abs(plain) < 1e-20);
    let far = !(abs(plain) < 400.0) || (abs(plain) > 0.5 && abs(r.x) < 2e-7);
    if far {
        r = angle_or(r, angle_of(turn(a, b)), far);
    }
    return r;
}

// (sin, cos) of an angle.
fn sincos_angle(r: vec3<f32>) -> vec2<f32> {
    let t = r.x + r.y;
    let z = t * t;
    let s = r.x + (r.y + t * z * (-0.166666552 + z * (0.00833216868 + z * -0.000195159548)));
    let c = 1.0 - (0.5 * z - z * z * (0.0416666456 + z * (-0.00138873525 + z * 2.44367129e-5)));
    let odd = r.z == 1.0 || r.z == 3.0;
    let sine = select(s, c, odd);
    let cosine = select(c, s, odd);
    return vec2<f32>(select(sine, -sine, r.z > 1.0), select(cosine, -cosine, r.z == 1.0 || r.z == 2.0));
}

// 1 - cos of an angle, relative to its own size also next to its zeros; 2 ULP.
fn versine_angle(r: vec3<f32>) -> f32 {
    let t = r.x + r.y;
    let z = t * t;
    let s = r.x + (r.y + t * z * (-0.166666552 + z * (0.00833216868 + z * -0.000195159548)));
    let v = 0.5 * z - z * z * (0.0416666456 + z * (-0.00138873525 + z * 2.44367129e-5));
    return select(select(2.0 - v, 1.0 - s, r.z == 3.0), select(v, 1.0 + s, r.z == 1.0), r.z < 2.0);
}

// An angle and some quarter turns more.
fn quarter_turns(r: vec3<f32>, more: f32) -> vec3<f32> {
    let q = r.z + more;
    return vec3<f32>(r.x, r.y, select(q, q - 4.0, q >= 4.0));
}

fn sincos(a: f32, b: f32) -> vec2<f32> {
    return sincos_angle(angle(a, b));
}

fn modulo4(v: f32) -> f32 {
    return v - 4.0 * floor(0.25 * v);
}

// sin(a b) with an error of 2^-34 |a b|, for what adds a multiple of it to a: quarter turns by products with 2 / pi, and
// 0 where |a| > 1e12.
fn sine_beside(a: f32, b: f32) -> f32 {
    let p = product(select(a, 0.0, abs(a) > 1e12), b);
    let q = product(p.x, 0.636619747);
    let l = q.y + (p.x * 2.5682552e-8 + p.y * 0.636619747);
    let n = round(q.x);
    let m = round(l);
    let high = opaque(q.x - n);
    let low = opaque(l - m);
    let k = round(high + low);
    let far = vec3<f32>((high - k) * 1.57079637, low * 1.57079637, modulo4(modulo4(n) + modulo4(m) + k));
    // Parts of tiny products may be subnormal.
    let plain = a * b;
    return select(sincos_angle(angle_or(far, vec3<f32>(p.x, p.y, 0.0), abs(p.x) < 0.7)).x, plain, abs(plain) < 1e-20);
}

// NaN in place of v where x is infinite: there a periodic function has no limit.
fn no_limit(x: f32, v: f32) -> f32 {
    return bitcast<f32>(select(bitcast<u32>(v), bits_of(x) | 0x7fc00000u, is_infinite(x)));
}
