// The bf16 in the low half of a word as the bits of the f32 that it is: it has them in front.
fn widen_bf16(word: u32) -> u32 {
    return word << 16u;
}
