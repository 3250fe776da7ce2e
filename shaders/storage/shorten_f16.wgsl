// The bits of an f32 rounded to the nearest f16, of two the even one. Whole numbers only: a device may round its own
// conversion as it likes, and flush subnormals. From 65520 on there is infinity; a NaN keeps its first bits and is quiet.
fn shorten_f16(word: u32) -> u32 {
    let m = word & 0x7fffffffu;
    let exponent = m >> 23u;
    // 13 bits fall off, for subnormals more; none of 24 is left beyond 25.
    let drop = 126u - clamp(exponent, 101u, 113u);
    let digits = (m & 0x7fffffu) | 0x800000u;
    let rounded = (digits + ((digits >> drop) & 1u) + (1u << (drop - 1u)) - 1u) >> drop;
    // The first digit is the first bit of the exponent.
    let finite = min(rounded + ((max(exponent, 113u) - 113u) << 10u), 0x7c00u);
    let nan = 0x7e00u | ((m >> 13u) & 0x3ffu);
    return ((word >> 16u) & 0x8000u) | select(finite, nan, m > 0x7f800000u);
}
