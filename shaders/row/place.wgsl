// A place in a row as two exact floats of a state: the first place where the row's largest key stands.

// 0 for -0: the two are one value, and the first of them counts.
fn one_zero(x: f32) -> f32 {
    return select(x, 0.0, bitcast<u32>(x) == 0x80000000u);
}

fn from_place(s: vec4<f32>, key: u32) -> vec4<f32> {
    return vec4<f32>(s.x, f32(~key >> 12u), f32(~key & 4095u), s.w);
}

fn is_place(at: u32, s: vec4<f32>) -> bool {
    return f32(at >> 12u) == s.y && f32(at & 4095u) == s.z;
}
