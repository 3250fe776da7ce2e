// Results as whole numbers of 8 bits, four to a word, and a scale for each group of them: the largest magnitude by 127. `work` leaves
// a pack in `kept`, where it would write it; `write_word` comes with the layout.
// requires: kernel/index

var<private> kept: Pack;

fn write_out(k: u32, p: Pack) {
    kept = p;
}

// Magnitudes in the order of whole numbers; NaN is the largest.
fn magnitude(p: Pack) -> u32 {
    let m = p & Pack(0x7fffffffu);
    return max(max(m.x, m.y), max(m.z, m.w));
}

// What is smaller than all scales counts as 0, as 127 by it would overflow.
fn scale_bits(m: u32) -> u32 {
    let scale = bitcast<f32>(m) * 0.007874016; // 1 / 127
    return select(bitcast<u32>(scale), select(0u, m, m >= 0x7f800000u), m < 0x03000000u || m >= 0x7f800000u);
}

// Rounded to nearest even; all 0 in a group with infinities or NaN, whose scale tells.
fn quantized(p: Pack, m: u32) -> u32 {
    let none = m < 0x03000000u || m >= 0x7f800000u;
    let factor = 127.0 / bitcast<f32>(select(m, 0x3f800000u, none));
    let q = vec4<u32>(vec4<i32>(clamp(round(unpack(p) * factor), Lanes(-127.0), Lanes(127.0)))) & vec4<u32>(0xffu);
    return select(q.x | (q.y << 8u) | (q.z << 16u) | (q.w << 24u), 0u, none);
}
