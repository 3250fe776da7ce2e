// The ends of what is defined from 0 on: infinities at 0, NaN below, and numbers that devices may see as 0.
// Method: on the bits, which no compiler argues with; a NaN with bits of the argument is no constant that it could refuse.

// The bits of x, which compilers may not see as those of a number: without infinities no number has those of one.
fn bits_of(x: f32) -> u32 {
    return bitcast<u32>(min(bitcast<i32>(x), 0x7fc00000));
}

// Whether x is +-infinity
fn is_infinite(x: f32) -> bool {
    return (bits_of(x) & 0x7fffffffu) == 0x7f800000u;
}

// Whether x is the infinity above 0
fn is_top(x: f32) -> bool {
    return is_infinite(x) && x > 0.0;
}

// y where v >= 0 or -0, NaN below
fn undefined_below(y: f32, v: f32) -> f32 {
    let b = bitcast<u32>(v);
    return bitcast<f32>(select(bitcast<u32>(y), 0x7fc00000u | (b & 0x3fffffu), b > 0x80000000u));
}

// y for v > 0, the infinity of these bits, with v's sign, for v = +-0, NaN for v < 0
fn pole(y: f32, v: f32, infinity: u32) -> f32 {
    let b = bitcast<u32>(v);
    let whole = select(bitcast<u32>(y), infinity | (b & 0x80000000u), (b << 1u) == 0u);
    return undefined_below(bitcast<f32>(whole), v);
}

// 2^64 x for |x| < 2^64, exactly, of subnormal numbers too
fn lifted(x: f32) -> f32 {
    let b = bitcast<u32>(x);
    let size = b & 0x7fffffffu;
    let tiny = bitcast<u32>(f32(size & 0x7fffffu) * 2.58493941e-26) | (b & 0x80000000u); // 2^-85
    return select(18446744073709551616.0 * x, bitcast<f32>(tiny), size < 0x800000u);
}

// Whether lifting helps: |x| < 2^-63
fn is_low(x: f32) -> bool {
    return (bitcast<u32>(x) & 0x7fffffffu) < 0x20000000u;
}
