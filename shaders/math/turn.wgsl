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

// 128 bits of 96 zeros and 1 / (2 pi), from bit e on, for e below 320. Selects, since drivers put arrays into memory.
fn turn_bits(e: u32) -> vec4<u32> {
    let a = vec4<u32>(0u, 0u, 0u, 0x28be60dbu);
    let b = vec4<u32>(0x9391054au, 0x7f09d5f4u, 0x7d4d3770u, 0x36d8a566u);
    let c = vec4<u32>(0x4f10e410u, 0x7f9458eau, 0xf7aef158u, 0x6dc91b8eu);
    let d = vec4<u32>(0x909374b8u, 0x01924bbau, 0u, 0u);
    let late = select(b, d, e >= 256u);
    let f = select(select(a, c, e >= 256u), late, (e & 128u) != 0u);
    let g = select(late, c, (e & 128u) != 0u);
    let h = select(f, vec4<u32>(f.zw, g.xy), (e & 64u) != 0u);
    let i = select(g.xy, g.zw, (e & 64u) != 0u);
    let words = select(h, vec4<u32>(h.yzw, i.x), (e & 32u) != 0u);
    let next = select(vec4<u32>(h.yzw, i.x), vec4<u32>(h.zw, i), (e & 32u) != 0u);
    let shift = vec4<u32>(e & 31u);
    return (words << shift) | ((next >> vec4<u32>(1u)) >> (vec4<u32>(31u) - shift));
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
    return vec2<u32>(top, sum) ^ vec2<u32>(sign);
}
