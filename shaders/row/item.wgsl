// One element of a row: two tensors' values (the second of a mask or an upstream gradient), its place in the row, the row,
// the row's length.
struct Item {
    x: f32,
    b: f32,
    at: u32,
    row: u32,
    length: u32,
}

// Floats in the order of whole numbers, NaN above all: comparisons of floats may be folded away, those of words may not.
fn ordered(v: f32) -> u32 {
    // 0 and -0 are one value.
    let bits = select(bitcast<u32>(v), 0u, bitcast<u32>(v) == 0x80000000u);
    let key = select(bits | 0x80000000u, ~bits, bits >= 0x80000000u);
    return select(key, 0xffffffffu, (bits & 0x7fffffffu) > 0x7f800000u);
}

fn unordered(key: u32) -> f32 {
    return bitcast<f32>(select(~key, key & 0x7fffffffu, key >= 0x80000000u));
}
