// Long sums: a running sum of two columns with what its roundings took.
// Method: TwoSum, hidden from compilers.
// Error:  2^-46 of the terms' magnitudes for each addition. Infinite terms leave NaN.
// requires: math/opaque

fn opaque_pair(x: vec2<f32>) -> vec2<f32> {
    return vec2<f32>(opaque(x.x), opaque(x.y));
}

// (sum, lost) and one more term.
fn total_add(t: vec4<f32>, term: vec2<f32>) -> vec4<f32> {
    let sum = opaque_pair(t.xy + term);
    let part = opaque_pair(sum - t.xy);
    let rest = opaque_pair(sum - part);
    return vec4<f32>(sum, t.zw + (opaque_pair(t.xy - rest) + opaque_pair(term - part)));
}

fn total_sum(t: vec4<f32>) -> vec2<f32> {
    return t.xy + t.zw;
}
