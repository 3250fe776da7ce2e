// The bits of the sum of two f32; a NaN of either stays one.
fn plus(p: u32, q: u32) -> u32 {
    let sum = bitcast<u32>(bitcast<f32>(p) + bitcast<f32>(q));
    let kept = select(sum, p, (p & 0x7fffffffu) > 0x7f800000u);
    return select(kept, q, (q & 0x7fffffffu) > 0x7f800000u);
}
