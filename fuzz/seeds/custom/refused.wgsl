@group(0) @binding(0) var<storage> fuzz_data: array<f32>;
struct fuzz_pair { a: f32, b: f32 }
/* a comment */
fn fuzz(x: f32, slope: f32) -> f32 { loop { break; } return fuzz_data[0]; }
@compute @workgroup_size(1) fn main() {}
