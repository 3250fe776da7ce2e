// out[i] = each(i, a[i], b[i]) for the halves a and b of a tensor
// requires: kernel/halves
@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = index(group, lane);
    if i < args.count {
        let k = place(i);
        write_out(i, each(i, read_a(k), read_b(k)));
    }
}
