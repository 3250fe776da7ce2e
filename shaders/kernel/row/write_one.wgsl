// Writes a row's value, where it has one; `row_value` comes with the function.
// requires: kernel/row/args

fn write_values(r: Share, start: u32, s: vec4<f32>) {
    if r.live && r.thread == 0u {
        write_out(r.index, row_value(s));
    }
}
