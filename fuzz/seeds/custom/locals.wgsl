    fn fuzz(x: f32, slope: f32) -> f32 {
        var t = x;
        t *= slope;
        { let t = 2.0; }
        let v = vec4<f32>(t, x, 0x1p-3, 1e-9f);
        return dot(v, v.wzyx) - f32(u32(7) & 3u) + f32(all(v > vec4<f32>()));
    }
    fn fuzz_dx(x: f32, slope: f32) -> f32 { return select(0.0, slope, x >= 0.0 || !(x < -1.0)); }
    fn fuzz_dx_from_y(y: f32, slope: f32) -> f32 { return slope * pow(abs(y), 0.5); }
