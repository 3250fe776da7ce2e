// Of rows that leave nothing but their states.
// requires: kernel/row/args

fn write_values(r: Share, start: u32, s: vec4<f32>) {
}
