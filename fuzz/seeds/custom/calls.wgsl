fn fuzz_0(x: f32) -> f32 { return 2.0 * x; }
fn fuzz_1(x: f32) -> f32 { let y = fuzz_0(x); return fuzz_0(y); }
fn fuzz_2(x: f32) -> f32 { let y = fuzz_1(x); return fuzz_1(y); }
fn fuzz(x: f32, slope: f32) -> f32 { return fuzz_2(fuzz_2(x)); }
fn fuzz_dx(x: f32, slope: f32) -> f32 { return fuzz_1(slope); }
