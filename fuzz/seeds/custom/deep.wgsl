fn fuzz(x: f32, slope: f32) -> f32 { return ((((((((((((((((((((x)))))))))))))))))))) + - - - - x; }
fn fuzz_dx(x: f32, slope: f32) -> f32 { if x > 0.0 { if x > 1.0 { if x > 2.0 { return 1.0; } } } return 0.0; }
