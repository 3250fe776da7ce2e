// Long sums: a running sum of two columns with what its roundings took.
// Method: TwoSum, hidden from compilers behind maxima that never win.
// Error:  2^-46 of the terms' magnitudes for each addition. Infinite terms leave NaN.

// (sum, lost) and one more term.
fn total_add(t: vec4<f32>, term: vec2<f32>) -> vec4<f32> {
    let least = vec2<f32>(-3.4028233e38);
    let sum = max(t.xy + term, least);
    let part = max(sum - t.xy, least);
    let rest = max(sum - part, least);
    return vec4<f32>(sum, t.zw + (max(t.xy - rest, least) + max(term - part, least)));
}

fn total_sum(t: vec4<f32>) -> vec2<f32> {
    return t.xy + t.zw;
}
