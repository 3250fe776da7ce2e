// out[i] = each(i, a[i], b[i])
// requires: kernel/args
@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = index(group, lane);
    if i < args.count {
        write_out(i, each(i, read_a(i), read_b(i)));
    }
}
