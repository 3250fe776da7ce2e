// The two f16 in a word as the bits of the f32 that they are. A NaN stays one.
fn widen_f16(word: u32) -> vec2<u32> {
    return bitcast<vec2<u32>>(unpack2x16float(word));
}
