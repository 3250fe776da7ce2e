// The f16 in the low half of a word as the bits of the f32 that it is. Exact: a subnormal is a small whole number times
// 2^-24, a normal f32. A NaN stays one.
fn widen_f16(word: u32) -> u32 {
    let m = word & 0x7fffu;
    let normal = (m << 13u) + select(0x38000000u, 0x70000000u, m >= 0x7c00u);
    let subnormal = bitcast<u32>(f32(i32(m)) * 0x1p-24);
    return ((word & 0x8000u) << 16u) | select(normal, subnormal, m < 0x400u);
}
