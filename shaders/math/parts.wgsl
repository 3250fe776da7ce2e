// What products of parts are made of: 12 high bits of a number, and numbers that are finite.
// Domain: every f32; infinities are taken as the largest number but one.

fn high_bits(x: f32) -> f32 {
    return bitcast<f32>(bitcast<u32>(x) & 0xfffff000u);
}

fn finite(x: f32) -> f32 {
    return clamp(x, -3.4028233e38, 3.4028233e38);
}
