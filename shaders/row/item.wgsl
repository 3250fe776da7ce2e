// One element of a row: two tensors' values (the second of a mask or an upstream gradient), its place in the row, the row,
// the row's length.
struct Item {
    x: f32,
    b: f32,
    at: u32,
    row: u32,
    length: u32,
}

// Floats in the order of whole numbers, from -inf, which is 0, to inf, 0xff000001, and NaN of either sign above: comparisons of
// floats may be folded away, those of words may not.
// Method: numbers below 0 have all bits but their sign turned around; a sum that may overflow makes -inf the first.
fn ordered(v: f32) -> u32 {
    let bits = bitcast<u32>(v);
    return (bits ^ (bitcast<u32>(bitcast<i32>(v) >> 31u) >> 1u)) + 0x7f800001u;
}

fn unordered(key: u32) -> f32 {
    let turned = key - 0x7f800001u;
    return bitcast<f32>(turned ^ (bitcast<u32>(bitcast<i32>(turned) >> 31u) >> 1u));
}
