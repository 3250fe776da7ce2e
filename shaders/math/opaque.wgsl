// What compilers may not see through: they would fold (a + b) - a to b, add up constants, or multiply in another order, where what a
// rounding took matters, or what is subnormal on the way.
// Method: as a whole number, the lesser of it and a NaN: the same for every float, infinities too.

fn opaque(x: f32) -> f32 {
    return bitcast<f32>(min(bitcast<u32>(x), 0xffc00000u));
}
