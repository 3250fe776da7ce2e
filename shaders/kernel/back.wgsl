// (out, out2)[i] = each(i, a[i], b[i], c[i])
// requires: kernel/args
@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = index(group, lane);
    if i < args.count {
        let d = each(i, read_a(i), read_b(i), read_c(i));
        write_out(i, d.first);
        write_out2(i, d.second);
    }
}
