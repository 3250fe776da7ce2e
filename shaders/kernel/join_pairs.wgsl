// out[i] = each(i, a[i], b[i]) for the halves a and b of a tensor, element by element in turn
// requires: kernel/halves, storage/pairs
@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let i = index(group, lane);
    if i < args.count {
        let v = apart(read_a(2u * i), read_a(2u * i + 1u));
        write_out(i, each(i, v.first, v.second));
    }
}
