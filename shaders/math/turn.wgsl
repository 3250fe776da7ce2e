// a b / (2 pi) modulo 1: which part of a turn an angle given as a product is, exactly enough for digits next to any zero of
// sine or cosine.
// Domain: every finite a and b, however large their product; subnormal factors count as 0.
// Method: Payne and Hanek's in whole numbers, which no compiler rearranges: the 48-bit product of the mantissas times those
//         128 bits of 1 / (2 pi) that matter at its exponent. About 110 integer operations.
// Error:  2^-62 of a turn.

fn mul_high(a: u32, b: u32) -> u32 {
    let al = a & 0xffffu;
    let ah = a >> 16u;
    let bl = b & 0xffffu;
    let bh = b >> 16u;
    let low = ah * bl + ((al * bl) >> 16u);
    return ah * bh + (low >> 16u) + ((al * bh + (low & 0xffffu)) >> 16u);
}

// 32 bits of 1 / (2 pi) after 96 zeros.
fn turn_word(k: u32) -> u32 {
    var words = array<u32, 14>(
        0u, 0u, 0u, 0x28be60dbu, 0x9391054au, 0x7f09d5f4u, 0x7d4d3770u, 0x36d8a566u, 0x4f10e410u, 0x7f9458eau, 0xf7aef158u,
        0x6dc91b8eu, 0x909374b8u, 0x01924bbau);
    return words[min(k, 13u)];
}

// The part of a turn in units of 2^-32 and 2^-64, modulo 1.
fn turn(a: f32, b: f32) -> vec2<u32> {
    let p = bitcast<u32>(a);
    let q = bitcast<u32>(b);
    let exponents = vec2<i32>(vec2<u32>(p >> 23u, q >> 23u) & vec2<u32>(255u));
    let e = exponents.x + exponents.y - 204; // the product is m 2^(e - 96), m = high 2^32 + low
    let zero = exponents.x == 0 || exponents.y == 0 || e < 0;
    let m = select((p & 0x7fffffu) | 0x800000u, 0u, zero);
    let n = (q & 0x7fffffu) | 0x800000u;
    let cross = (m >> 12u) * (n & 0xfffu) + (m & 0xfffu) * (n >> 12u) + (((m & 0xfffu) * (n & 0xfffu)) >> 12u);
    let high = ((m >> 12u) * (n >> 12u) + (cross >> 12u)) >> 8u;
    let low = m * n;

    let first = u32(max(e, 0)) >> 5u;
    let shift = u32(max(e, 0)) & 31u;
    let w = vec4<u32>(turn_word(first), turn_word(first + 1u), turn_word(first + 2u), turn_word(first + 3u));
    let next = vec4<u32>(w.yzw, turn_word(first + 4u));
    let bits = (w << vec4<u32>(shift)) | ((next >> vec4<u32>(1u)) >> vec4<u32>(31u - shift));

    var sum = mul_high(low, bits.z) + mul_high(high, bits.w);
    var carry = 0u;
    let middle = high * bits.z;
    sum += middle;
    carry += select(0u, 1u, sum < middle);
    let last = low * bits.y;
    sum += last;
    carry += select(0u, 1u, sum < last);
    let top = low * bits.x + high * bits.y + mul_high(low, bits.y) + mul_high(high, bits.z) + carry;
    let sign = select(0u, 0xffffffffu, ((p ^ q) >> 31u) != 0u);
    return vec2<u32>(top, sum) ^ vec2<u32>(sign);
}
