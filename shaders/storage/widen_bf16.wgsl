// The two bf16 in a word as the bits of the f32 that they are: they have them in front.
fn widen_bf16(word: u32) -> vec2<u32> {
    return vec2<u32>(word << 16u, word & 0xffff0000u);
}
