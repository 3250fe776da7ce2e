// The bits of an f32 rounded to the nearest bf16, of two the even one; a NaN keeps its first bits, and is quiet.
fn shorten_bf16(word: u32) -> u32 {
    let rounded = (word + 0x7fffu + ((word >> 16u) & 1u)) >> 16u;
    return select(rounded, (word >> 16u) | 0x40u, (word & 0x7fffffffu) > 0x7f800000u);
}
