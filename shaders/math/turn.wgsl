// a b / (2 pi) modulo 1: which part of a turn an angle given as a product is, exactly enough for digits next to any zero of
// sine or cosine.
// Domain: every finite a and b, however large their product; subnormal factors count as 0.
// Method: Payne and Hanek's in whole numbers, which no compiler rearranges: the 48-bit product of the mantissas times those
//         128 bits of 1 / (2 pi) that matter at its exponent. About 130 integer operations.
// Error:  2^-62 of a turn.

fn mul_high(a: u32, b: u32) -> u32 {
    let al = a & 0xffffu;
    let ah = a >> 16u;
    let bl = b & 0xffffu;
    let bh = b >> 16u;
    let low = ah * bl + ((al * bl) >> 16u);
    return ah * bh + (low >> 16u) + ((al * bh + (low & 0xffffu)) >> 16u);
}

// One of three words, by which 128 bits e is in. Selects, since drivers put arrays into memory.
fn turn_word(e: u32, first: u32, second: u32, third: u32) -> u32 {
    return select(select(first, second, (e & 128u) != 0u), third, e >= 256u);
}

// 128 bits of 96 zeros and 1 / (2 pi), from bit e on, for e below 320.
fn turn_bits(e: u32) -> vec4<u32> {
    let f0 = turn_word(e, 0u, 0x9391054au, 0x4f10e410u);
    let f1 = turn_word(e, 0u, 0x7f09d5f4u, 0x7f9458eau);
    let f2 = turn_word(e, 0u, 0x7d4d3770u, 0xf7aef158u);
    let f3 = turn_word(e, 0x28be60dbu, 0x36d8a566u, 0x6dc91b8eu);
    let f4 = turn_word(e, 0x9391054au, 0x4f10e410u, 0x909374b8u);
    let f5 = turn_word(e, 0x7f09d5f4u, 0x7f9458eau, 0x01924bbau);
    let f6 = turn_word(e, 0x7d4d3770u, 0xf7aef158u, 0u);
    let f7 = turn_word(e, 0x36d8a566u, 0x6dc91b8eu, 0u);
    let two = (e & 64u) != 0u;
    let g0 = select(f0, f2, two);
    let g1 = select(f1, f3, two);
    let g2 = select(f2, f4, two);
    let g3 = select(f3, f5, two);
    let g4 = select(f4, f6, two);
    let g5 = select(f5, f7, two);
    let one = (e & 32u) != 0u;
    let h1 = select(g1, g2, one);
    let h2 = select(g2, g3, one);
    let h3 = select(g3, g4, one);
    let s = e & 31u;
    let t = 31u - s;
    return vec4<u32>((select(g0, g1, one) << s) | ((h1 >> 1u) >> t), (h1 << s) | ((h2 >> 1u) >> t),
        (h2 << s) | ((h3 >> 1u) >> t), (h3 << s) | ((select(g4, g5, one) >> 1u) >> t));
}

// The part of a turn in units of 2^-32 and 2^-64, modulo 1.
fn turn(a: f32, b: f32) -> vec2<u32> {
    let p = bitcast<u32>(a);
    let q = bitcast<u32>(b);
    let i = i32((p >> 23u) & 255u);
    let j = i32((q >> 23u) & 255u);
    let e = i + j - 204; // the product is m 2^(e - 96), m = high 2^32 + low
    let zero = i == 0 || j == 0 || e < 0;
    let m = select((p & 0x7fffffu) | 0x800000u, 0u, zero);
    let n = (q & 0x7fffffu) | 0x800000u;
    let cross = (m >> 12u) * (n & 0xfffu) + (m & 0xfffu) * (n >> 12u) + (((m & 0xfffu) * (n & 0xfffu)) >> 12u);
    let high = ((m >> 12u) * (n >> 12u) + (cross >> 12u)) >> 8u;
    let low = m * n;

    let bits = turn_bits(u32(max(e, 0)));

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
    return vec2<u32>(top ^ sign, sum ^ sign);
}
