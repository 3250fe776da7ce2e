fn fuzz(x: f32, slope: f32) -> f32 { return x; }
fn fuzz_dx(x: f32, slope: f32) -> f32 { return 1.0; }
