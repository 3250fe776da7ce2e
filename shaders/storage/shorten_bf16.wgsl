// Two f32 rounded to the nearest bf16, of two the even one, as the halves of a word; a NaN keeps its first bits, and is quiet.
fn shorten_bf16(low: u32, high: u32) -> u32 {
    let v = vec2<u32>(low, high);
    let rounded = v + vec2<u32>(0x7fffu) + ((v >> vec2<u32>(16u)) & vec2<u32>(1u));
    let nan = (v & vec2<u32>(0x7fffffffu)) > vec2<u32>(0x7f800000u);
    let kept = select(rounded, v | vec2<u32>(0x400000u), nan);
    return (kept.x >> 16u) | (kept.y & 0xffff0000u);
}
