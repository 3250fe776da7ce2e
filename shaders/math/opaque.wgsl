// What compilers may not see through: they would fold (a + b) - a to b, add up constants, or multiply in another order, where what a
// rounding took matters, or what is subnormal on the way.
// Method: as a whole number with its sign, the lesser of it and a NaN: the same for every float, infinities too. Without signs
//         the NaN would have to be a negative one, and FXC knows that what it sees as positive (roots, squares) is below that.

fn opaque(x: f32) -> f32 {
    return bitcast<f32>(min(bitcast<i32>(x), 0x7fc00000));
}
