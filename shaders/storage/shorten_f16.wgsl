// Two f32 rounded to the nearest f16, of two the even one, as the halves of a word. A device may round its own conversion as it
// likes, and flush subnormals, so this is made of whole numbers. From 65520 on there is infinity; a NaN stays one.
fn short_f16(word: u32) -> u32 {
    let m = word & 0x7fffffffu;
    let c = min(m, 0x477ff000u);
    // 13 bits fall off, and the exponent is counted from another one.
    let normal = (c + 0xc8000fffu + extractBits(c, 13u, 1u)) >> 13u;
    // Below 2^-14 are multiples of 2^-24, to which a sum with 1/2 rounds. Its bits are taken as a whole number: no compiler takes
    // the 1/2 away again as a float.
    let subnormal = bitcast<u32>(bitcast<f32>(c) + 0.5) - 0x3f000000u;
    return select(select(normal, subnormal, c < 0x38800000u), 0x7e00u, m > 0x7f800000u);
}

fn shorten_f16(low: u32, high: u32) -> u32 {
    return short_f16(low) | (short_f16(high) << 16u) | ((low >> 16u) & 0x8000u) | (high & 0x80000000u);
}
