const fuzz_a = 1.0 / 3.0;
const fuzz_b: f32 = fuzz_a * sqrt(2.0);
const fuzz_c = vec2(i32(fuzz_b), -7 / 2);
fn fuzz(x: f32, slope: f32) -> f32 { return fuzz_a * x + f32(fuzz_c.y << 3u); }
fn fuzz_dx(x: f32, slope: f32) -> f32 { return fuzz_b; }
